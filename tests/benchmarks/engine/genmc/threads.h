// threads: main() begins N threads, which run thread(1) to thread(N), and joins them.
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

#define RELAXED memory_order_relaxed
#define ACQUIRE memory_order_acquire
#define RELEASE memory_order_release
#define ACQ_REL memory_order_acq_rel
#define SEQ_CST memory_order_seq_cst

static void thread(unsigned long self);

static void *enter(void *self) {
  thread((unsigned long)self);
  return NULL;
}

int main(void) {
  pthread_t threads[N];
  for (unsigned long i = 0; i < N; ++i) pthread_create(&threads[i], NULL, enter, (void *)(i + 1));
  for (unsigned long i = 0; i < N; ++i) pthread_join(threads[i], NULL);
  return 0;
}
