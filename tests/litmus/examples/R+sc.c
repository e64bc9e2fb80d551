// R with sequential consistency.
int main() {
  atomic_int x = 0;
  atomic_int y = 0;
  {{{ {
    x.store(1, memory_order_seq_cst);
    y.store(1, memory_order_seq_cst);
  }
  ||| {
    y.store(2, memory_order_seq_cst);
    int r1 = x.load(memory_order_seq_cst);
  }
  }}}
  return 0;
}
~exists (y=2 /\ 1:r1=0)
