// S: a write after an acquire comes after those before the release.
int main() {
  atomic_int x = 0;
  atomic_int y = 0;
  {{{ {
    x.store(2, memory_order_relaxed);
    y.store(1, memory_order_release);
  }
  ||| {
    int r1 = y.load(memory_order_acquire);
    x.store(1, memory_order_relaxed);
  }
  }}}
  return 0;
}
~exists (1:r1=1 /\ x=2)
