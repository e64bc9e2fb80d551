// Message passing: who has seen the flag sees the plain data, without a race.
int main() {
  int x = 0;
  atomic_int y = 0;
  {{{ {
    x = 1;
    y.store(1, memory_order_release);
  }
  ||| {
    int r1 = y.load(memory_order_acquire);
    int r2 = -1;
    if (r1 == 1) {
      r2 = x;
    }
  }
  }}}
  return 0;
}
forall (1:r2=1 \/ (1:r1=0 /\ 1:r2=-1))
