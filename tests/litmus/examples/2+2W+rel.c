// Two writes each, in opposite orders: the first of each thread may be the last of its location.
int main() {
  atomic_int x = 0;
  atomic_int y = 0;
  {{{ {
    x.store(1, memory_order_release);
    y.store(2, memory_order_release);
  }
  ||| {
    y.store(1, memory_order_release);
    x.store(2, memory_order_release);
  }
  }}}
  return 0;
}
exists (x=1 /\ y=1)
