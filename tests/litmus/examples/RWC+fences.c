// Read to write causality: fences order a read of x before a read of y with y's writer.
int main() {
  atomic_int x = 0;
  atomic_int y = 0;
  {{{ {
    x.store(1, memory_order_relaxed);
  }
  ||| {
    int r1 = x.load(memory_order_relaxed);
    atomic_thread_fence(memory_order_seq_cst);
    int r2 = y.load(memory_order_relaxed);
  }
  ||| {
    y.store(1, memory_order_relaxed);
    atomic_thread_fence(memory_order_seq_cst);
    int r3 = x.load(memory_order_relaxed);
  }
  }}}
  return 0;
}
~exists (1:r1=1 /\ 1:r2=0 /\ 2:r3=0)
