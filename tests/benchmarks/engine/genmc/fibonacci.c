// Two threads add the other's word to their own, K times.
#define N 2
#include "threads.h"

static atomic_uint x = 1, y = 1;

static void thread(unsigned long self) {
  atomic_uint *mine = self == 1 ? &x : &y;
  atomic_uint *other = self == 1 ? &y : &x;
  for (int i = 0; i < K; ++i) {
    unsigned own = atomic_load_explicit(mine, SEQ_CST);
    atomic_store_explicit(mine, own + atomic_load_explicit(other, SEQ_CST), SEQ_CST);
  }
}
