// A thread that waits for the flag sees the data.
int main() {
  int x = 0;
  atomic_int y = 0;
  {{{ {
    x = 1;
    y.store(1, memory_order_release);
  }
  ||| {
    while (y.load(memory_order_acquire) == 0) {}
    int r1 = x;
  }
  }}}
  return 0;
}
forall (1:r1=1)
