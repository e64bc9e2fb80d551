// A weak compare-and-exchange may fail for no reason: there may be no winner.
int main() {
  atomic_int x = 0;
  {{{ {
    int e = 0;
    int r = x.compare_exchange_weak(e, 1, memory_order_acquire, memory_order_relaxed);
  }
  ||| {
    int e = 0;
    int r = x.compare_exchange_weak(e, 2, memory_order_acquire, memory_order_relaxed);
  }
  }}}
  return 0;
}
exists (0:r=0 /\ 1:r=0 /\ x=0)
