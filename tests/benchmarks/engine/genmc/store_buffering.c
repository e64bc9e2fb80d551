// Store buffering, relaxed.
#define N 2
#include "threads.h"

static atomic_uint x, y;

static void thread(unsigned long self) {
  atomic_store_explicit(self == 1 ? &x : &y, 1, RELAXED);
  atomic_load_explicit(self == 1 ? &y : &x, RELAXED);
}
