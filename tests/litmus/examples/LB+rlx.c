// Load buffering: RC11 has no cycle of program order and reads-from. C++20's text and hardware allow it.
int main() {
  atomic_int x = 0;
  atomic_int y = 0;
  {{{ {
    int r1 = x.load(memory_order_relaxed);
    y.store(1, memory_order_relaxed);
  }
  ||| {
    int r2 = y.load(memory_order_relaxed);
    x.store(1, memory_order_relaxed);
  }
  }}}
  return 0;
}
~exists (0:r1=1 /\ 1:r2=1)
