// Load buffering, relaxed.
#define N 2
#include "threads.h"

static atomic_uint x, y;

static void thread(unsigned long self) {
  atomic_load_explicit(self == 1 ? &x : &y, RELAXED);
  atomic_store_explicit(self == 1 ? &y : &x, 1, RELAXED);
}
