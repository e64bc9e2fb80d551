// N threads each push a node of their own on Treiber's stack, and pop one.
#include "threads.h"

struct node {
  struct node *next;
};

static struct node nodes[N];
static _Atomic(struct node *) top;

static void push(struct node *added) {
  struct node *first;
  do {
    first = atomic_load_explicit(&top, ACQUIRE);
    added->next = first;
  } while (!atomic_compare_exchange_strong_explicit(&top, &first, added, RELEASE, RELAXED));
}

static void pop(void) {
  struct node *first;
  do {
    first = atomic_load_explicit(&top, ACQUIRE);
    if (first == NULL) return;
  } while (!atomic_compare_exchange_strong_explicit(&top, &first, first->next, RELEASE, RELAXED));
}

static void thread(unsigned long self) {
  push(&nodes[self - 1]);
  pop();
}
