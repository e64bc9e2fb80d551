// Coherence: one location's values are never seen to go back.
int main() {
  atomic_int x = 0;
  {{{ {
    x.store(1, memory_order_relaxed);
    x.store(2, memory_order_relaxed);
  }
  ||| {
    int r1 = x.load(memory_order_relaxed);
    int r2 = x.load(memory_order_relaxed);
  }
  }}}
  return 0;
}
~exists ((1:r1=2 /\ ~(1:r2=2)) \/ (1:r1=1 /\ 1:r2=0))
