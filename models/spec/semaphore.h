// semaphore: the specification of a counting semaphore.
//
// State: the permits that are free, never below zero. A wait that returned took one; a try that failed found none. A wait may stay blocked
// for ever only as long as no permit is free.
#ifndef HOLDFAST_MODELS_SPEC_SEMAPHORE_H_
#define HOLDFAST_MODELS_SPEC_SEMAPHORE_H_

namespace holdfast::spec {

// Operations, each with the result it returned:
//   wait           wait() or try_wait() took a permit
//   try_wait_busy  try_wait() returned false
//   give_up        a timed form returned without
//   post           a permit was given
//   posted(n)      n permits were given at once, n below 64
enum class semaphore_operation : unsigned char { wait, try_wait_busy, post, give_up, posts };

constexpr semaphore_operation posted(unsigned permits) {
  return semaphore_operation(static_cast<unsigned>(semaphore_operation::posts) + permits);
}

// Initial: how many permits are free at first. Thread: ids of threads; who calls makes no difference.
template <unsigned Initial = 0, class Thread = unsigned>
struct semaphore {
  using operation = semaphore_operation;
  using thread = Thread;

  unsigned permits = Initial;

  bool enabled(operation op, const Thread&) const {
    switch (op) {
      case operation::wait: return permits != 0;
      case operation::try_wait_busy: return permits == 0;
      default: return true;
    }
  }

  // REQUIRES: the operation is enabled.
  void effect(operation op, const Thread&) {
    if (op == operation::wait) --permits;
    if (op == operation::post) ++permits;
    if (op > operation::posts) permits += static_cast<unsigned>(op) - static_cast<unsigned>(operation::posts);
  }

  static constexpr const char* name(operation op) {
    switch (op) {
      case operation::wait: return "wait";
      case operation::try_wait_busy: return "try_wait (busy)";
      case operation::post: return "post";
      case operation::give_up: return "timed wait (gave up)";
      default: return "post of several";
    }
  }

  friend bool operator==(const semaphore&, const semaphore&) = default;
};

}  // namespace holdfast::spec

#endif  // HOLDFAST_MODELS_SPEC_SEMAPHORE_H_
