// ISA2: message passing through a third thread and a second flag.
int main() {
  int x = 0;
  atomic_int y = 0;
  atomic_int z = 0;
  {{{ {
    x = 1;
    y.store(1, memory_order_release);
  }
  ||| {
    int r1 = y.load(memory_order_acquire);
    z.store(r1, memory_order_release);
  }
  ||| {
    int r2 = z.load(memory_order_acquire);
    int r3 = 1;
    if (r2 != 0) {
      r3 = x;
    }
  }
  }}}
  return 0;
}
~exists (2:r2=1 /\ 2:r3=0)
