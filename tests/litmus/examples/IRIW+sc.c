// Independent reads of independent writes: with sequential consistency readers agree.
int main() {
  atomic_int x = 0;
  atomic_int y = 0;
  {{{ {
    x.store(1, memory_order_seq_cst);
  }
  ||| {
    y.store(1, memory_order_seq_cst);
  }
  ||| {
    int r1 = x.load(memory_order_seq_cst);
    int r2 = y.load(memory_order_seq_cst);
  }
  ||| {
    int r3 = y.load(memory_order_seq_cst);
    int r4 = x.load(memory_order_seq_cst);
  }
  }}}
  return 0;
}
~exists (2:r1=1 /\ 2:r2=0 /\ 3:r3=1 /\ 3:r4=0)
