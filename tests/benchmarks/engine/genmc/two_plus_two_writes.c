// Two threads write the same two words, in opposite order.
#define N 2
#include "threads.h"

static atomic_uint x, y;

static void thread(unsigned long self) {
  atomic_store_explicit(self == 1 ? &x : &y, 1, RELAXED);
  atomic_store_explicit(self == 1 ? &y : &x, 2, RELAXED);
}
