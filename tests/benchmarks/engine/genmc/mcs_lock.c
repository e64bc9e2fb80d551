// N threads increment a plain counter under the lock of Mellor-Crummey and Scott.
#include "threads.h"

struct node {
  _Atomic(struct node *) next;
  atomic_uint locked;
};

static struct node nodes[N];
static _Atomic(struct node *) tail;
static unsigned count;

static void lock(struct node *mine) {
  atomic_store_explicit(&mine->next, NULL, RELAXED);
  struct node *before = atomic_exchange_explicit(&tail, mine, ACQ_REL);
  if (before == NULL) return;
  atomic_store_explicit(&mine->locked, 1, RELAXED);
  atomic_store_explicit(&before->next, mine, RELEASE);
  while (atomic_load_explicit(&mine->locked, ACQUIRE) != 0) {
  }
}

static void unlock(struct node *mine) {
  struct node *after = atomic_load_explicit(&mine->next, ACQUIRE);
  if (after == NULL) {
    struct node *last = mine;
    if (atomic_compare_exchange_strong_explicit(&tail, &last, NULL, RELEASE, RELAXED)) return;
    while ((after = atomic_load_explicit(&mine->next, ACQUIRE)) == NULL) {
    }
  }
  atomic_store_explicit(&after->locked, 0, RELEASE);
}

static void thread(unsigned long self) {
  lock(&nodes[self - 1]);
  ++count;
  unlock(&nodes[self - 1]);
}
