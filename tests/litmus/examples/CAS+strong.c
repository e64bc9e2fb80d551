// A strong compare-and-exchange fails only if another value is there: exactly one thread wins.
int main() {
  atomic_int x = 0;
  {{{ {
    int e = 0;
    int r = x.compare_exchange_strong(e, 1, memory_order_acquire, memory_order_relaxed);
  }
  ||| {
    int e = 0;
    int r = x.compare_exchange_strong(e, 2, memory_order_acquire, memory_order_relaxed);
  }
  }}}
  return 0;
}
forall ((0:r=1 /\ 1:r=0 /\ 1:e=1 /\ x=1) \/ (0:r=0 /\ 1:r=1 /\ 0:e=2 /\ x=2))
