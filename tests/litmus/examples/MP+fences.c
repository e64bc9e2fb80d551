// Message passing: fences make relaxed accesses of the flag enough.
int main() {
  int x = 0;
  atomic_int y = 0;
  {{{ {
    x = 1;
    atomic_thread_fence(memory_order_release);
    y.store(1, memory_order_relaxed);
  }
  ||| {
    int r1 = y.load(memory_order_relaxed);
    int r2 = 1;
    if (r1) {
      atomic_thread_fence(memory_order_acquire);
      r2 = x;
    }
  }
  }}}
  return 0;
}
~exists (1:r1=1 /\ 1:r2=0)
