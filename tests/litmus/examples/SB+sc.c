// Store buffering with sequential consistency: one thread sees the other's store.
int main() {
  atomic_int x = 0;
  atomic_int y = 0;
  {{{ {
    x.store(1, memory_order_seq_cst);
    int r1 = y.load(memory_order_seq_cst);
  }
  ||| {
    y.store(1, memory_order_seq_cst);
    int r2 = x.load(memory_order_seq_cst);
  }
  }}}
  return 0;
}
~exists (0:r1=0 /\ 1:r2=0)
