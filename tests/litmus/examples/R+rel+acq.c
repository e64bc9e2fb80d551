// R: a write that loses against another thread's does not make its reader see what came before.
int main() {
  atomic_int x = 0;
  atomic_int y = 0;
  {{{ {
    x.store(1, memory_order_release);
    y.store(1, memory_order_release);
  }
  ||| {
    y.store(2, memory_order_release);
    int r1 = x.load(memory_order_acquire);
  }
  }}}
  return 0;
}
exists (y=2 /\ 1:r1=0)
