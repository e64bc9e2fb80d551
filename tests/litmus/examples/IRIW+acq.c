// Independent reads of independent writes: two readers may disagree on which write came first.
int main() {
  atomic_int x = 0;
  atomic_int y = 0;
  {{{ {
    x.store(1, memory_order_release);
  }
  ||| {
    y.store(1, memory_order_release);
  }
  ||| {
    int r1 = x.load(memory_order_acquire);
    int r2 = y.load(memory_order_acquire);
  }
  ||| {
    int r3 = y.load(memory_order_acquire);
    int r4 = x.load(memory_order_acquire);
  }
  }}}
  return 0;
}
exists (2:r1=1 /\ 2:r2=0 /\ 3:r3=1 /\ 3:r4=0)
