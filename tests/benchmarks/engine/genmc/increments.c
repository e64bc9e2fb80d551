// N threads increment one counter.
#include "threads.h"

static atomic_uint x;

static void thread(unsigned long self) { atomic_fetch_add_explicit(&x, 1, RELAXED); }
