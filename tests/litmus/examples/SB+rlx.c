// Store buffering: both threads may miss the other's store.
int main() {
  atomic_int x = 0;
  atomic_int y = 0;
  {{{ {
    x.store(1, memory_order_relaxed);
    int r1 = y.load(memory_order_relaxed);
  }
  ||| {
    y.store(1, memory_order_relaxed);
    int r2 = x.load(memory_order_relaxed);
  }
  }}}
  return 0;
}
exists (0:r1=0 /\ 1:r2=0)
