// Store buffering: a fence between store and load is as good.
int main() {
  atomic_int x = 0;
  atomic_int y = 0;
  {{{ {
    x.store(1, memory_order_relaxed);
    atomic_thread_fence(memory_order_seq_cst);
    int r1 = y.load(memory_order_relaxed);
  }
  ||| {
    y.store(1, memory_order_relaxed);
    atomic_thread_fence(memory_order_seq_cst);
    int r2 = x.load(memory_order_relaxed);
  }
  }}}
  return 0;
}
forall (0:r1=1 \/ 1:r2=1)
