// Write to read causality: what a thread has seen is passed on.
int main() {
  atomic_int x = 0;
  atomic_int y = 0;
  {{{ {
    x.store(1, memory_order_release);
  }
  ||| {
    int r1 = x.load(memory_order_acquire);
    y.store(1, memory_order_release);
  }
  ||| {
    int r2 = y.load(memory_order_acquire);
    int r3 = x.load(memory_order_relaxed);
  }
  }}}
  return 0;
}
~exists (1:r1=1 /\ 2:r2=1 /\ 2:r3=0)
