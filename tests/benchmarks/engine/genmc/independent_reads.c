// Independent reads of independent writes: -DSC, or release and acquire.
#define N 4
#include "threads.h"

#ifdef SC
#define WRITE SEQ_CST
#define READ SEQ_CST
#else
#define WRITE RELEASE
#define READ ACQUIRE
#endif

static atomic_uint x, y;

static void thread(unsigned long self) {
  if (self <= 2) {
    atomic_store_explicit(self == 1 ? &x : &y, 1, WRITE);
  } else {
    atomic_load_explicit(self == 3 ? &x : &y, READ);
    atomic_load_explicit(self == 3 ? &y : &x, READ);
  }
}
