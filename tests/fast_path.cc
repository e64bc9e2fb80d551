// The fast paths of the mutex that ships, as functions to disassemble. fast_path_test compares them with fast_path_reference.cc.
// Each WORSE_* adds to one of them what might slip in, to show that the comparison sees it.
#include "impl/mutex.h"

extern "C" void fast_lock(holdfast::mutex* m) {
#ifdef WORSE_LOCK
  asm volatile("nop");
#endif
  m->lock();
}

extern "C" void fast_unlock(holdfast::mutex* m) {
#ifdef WORSE_UNLOCK
  std::atomic_thread_fence(std::memory_order::seq_cst);
#endif
  m->unlock();
}

extern "C" bool fast_try_lock(holdfast::mutex* m) {
#ifdef WORSE_TRY_LOCK
  return m->try_lock() || m->try_lock();
#else
  return m->try_lock();
#endif
}
