// treiber_stack: a stack without locks, as a list whose first node is replaced by compare-exchange.
//
// Guarantees, with popped nodes `kept`: linearizable; lock-free, some thread always gets on. Not wait-free: a thread may be overtaken for
// ever. With popped nodes `freed_at_once`: none, for study. A pop reads the link of the first node, which another pop may have freed.
//
//     top                the newest node, or null: the stack is empty
//     node.value, .next  written before A2 publishes the node, and not again
//     kept               the newest of the popped nodes, each with the one that was popped before it
//
//     T1: top -> a | T2: pops a, frees it | T1: reads a.next
//
// Memory: kept nodes are freed with the stack. For a pop that is to free earlier, hazard pointers or epochs say when it may.
// ABA: a pop that was interrupted between P1 and P2 would succeed if its node were back on top with another link; here no address comes
// back as long as nodes are kept. The checker hands out no address twice within an execution, so that it shows the use after free, but not
// the ABA that may follow from it.
// Lifetime: whoever destroys the stack is the only one to use it.
// Source: R. K. Treiber, "Systems Programming: Coping with Parallelism" (1986), IBM RJ 5118. Memory orders are ours: the weakest that order
// the accesses to the nodes.
#ifndef HOLDFAST_MODELS_PUBLISHED_TREIBER_STACK_H_
#define HOLDFAST_MODELS_PUBLISHED_TREIBER_STACK_H_

#include "impl/platform.h"

namespace holdfast::published {

enum class popped_nodes : std::uint8_t { freed_at_once, kept };

struct treiber_word {
  static constexpr named_value null[] = {{0, "null", "no node"}};
  static constexpr field pointer[] = {{"node", 0, 64, null}};
  static constexpr layout top{"top", pointer};
  static constexpr layout kept{"kept", pointer};
};

// Platform::plain<T> is made from a name and a value.
template <class Platform, popped_nodes Popped>
  requires has_load<Platform> && has_exchange<Platform> && has_compare_exchange<Platform> && has_plain<Platform>
class treiber_stack {
  using word = typename Platform::word;
  using flag = typename Platform::flag;

 public:
  treiber_stack() = default;
  ~treiber_stack() { clear(); }

  void push(word value) {
    node* const added = new node(value);
    // [A1] relaxed: a guess, which A2 tests.
    node* first = top_.load(order::relaxed, "A1");
    do {
      added->next.store(first, "link");
      // [A2] release: publishes the node to P1 and P2. Else: mutant a2_relaxed races. failure relaxed: the next guess.
    } while (!top_.compare_exchange_strong(first, added, order::release, order::relaxed, "A2"));
  }

  // Whether there was a value.
  flag pop(word& value) {
    // [P1] acquire: reads A2's write, or one that a pop put after it, so the node is visible. Else: mutant p1_relaxed races.
    node* first = top_.load(order::acquire, "P1");
    do {
      if (first == nullptr) return flag(false);
      // [P2] success relaxed: P1 or a failure has read the node's publication, and the write goes on with A2's release sequences.
      //      failure acquire: as P1. Else: mutant p2_relaxed races.
    } while (!top_.compare_exchange_strong(first, first->next.load("next"), order::relaxed, order::acquire, "P2"));
    value = first->value.load("value");
    dispose(first);
    return flag(true);
  }

  // Takes every value off, and frees every node.
  // REQUIRES: no other thread uses the stack.
  void clear() {
    for (word value = 0; pop(value);) {
    }
    // [C1] relaxed: nobody else is here.
    for (node* n = kept_.exchange(nullptr, order::relaxed, "C1"); n != nullptr;) {
      node* const before = n->popped_before.load("popped before");
      delete n;
      n = before;
    }
  }

 private:
  struct node {
    explicit node(word v) : value("value", v) {}
    typename Platform::template plain<word> value;
    typename Platform::template plain<node*> next{"next", nullptr};
    typename Platform::template plain<node*> popped_before{"popped_before", nullptr};
  };

  void dispose(node* popped) {
    if constexpr (Popped == popped_nodes::freed_at_once) {
      delete popped;
    } else {
      // [K1] relaxed: only the destructor looks.
      popped->popped_before.store(kept_.exchange(popped, order::relaxed, "K1"), "popped before");
    }
  }

  typename Platform::template atomic<node*> top_{treiber_word::top, nullptr};
  typename Platform::template atomic<node*> kept_{treiber_word::kept, nullptr};
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_TREIBER_STACK_H_
