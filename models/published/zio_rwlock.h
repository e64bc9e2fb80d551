// zio_rwlock: a lock for readers and writers with one condition for both, whose signal went to somebody who could not go on, and its fix.
//
// A writer waits until nobody is inside, a reader until no writer is inside or waits. As shipped (lalinsky/zio, before #395) a reader that
// leaves signals one of those that wait, the first. It may be a writer while there is another reader, or a reader while there is a writer
// that waits: it waits again, and the signal is gone:
//     R1, R2 inside; W waits, then R4 | R1 leaves, signals W: R2 is inside, waits again | R2 leaves, signals R4: W waits, waits again
//     nobody is inside, and both sleep
// As fixed it wakes them all: whoever can go on does.
//
//     condition     how many signals there were; what all waiters sleep on
//     inside        how many readers are inside, or all_permits: a writer is
//     writers       how many writers wait
//
// All but the sleep is under an internal mutex.
// Source: the description of the change. No line is copied. The condition is a sequence number; it wakes in the order of arrival.
#ifndef HOLDFAST_MODELS_PUBLISHED_ZIO_RWLOCK_H_
#define HOLDFAST_MODELS_PUBLISHED_ZIO_RWLOCK_H_

#include "impl/platform.h"
#include "models/published/version.h"

namespace holdfast::published {

struct zio_rwlock_word {
  static constexpr field fields[] = {{"signals", 0, 32, {}}};
  static constexpr layout condition{"condition", fields};
};

template <class Platform, version Version, class Mutex>
requires has_load<Platform> && has_fetch_add<Platform> && has_plain<Platform> && has_wait<Platform> && has_wake<Platform>
class zio_rwlock {
  using word = typename Platform::word;
  using deadline = typename Platform::deadline;

  static constexpr unsigned all_permits = ~0u;

 public:
  void lock() noexcept {
    mutex_.lock();
    writers_.store(writers_.load("writers") + 1, "a writer waits");
    while (inside_.load("inside") != 0) wait();
    writers_.store(writers_.load("writers") - 1, "a writer goes on");
    inside_.store(all_permits, "a writer enters");
    mutex_.unlock();
  }

  void unlock() noexcept {
    mutex_.lock();
    inside_.store(0, "a writer leaves");
    wake(everyone);
    mutex_.unlock();
  }

  void lock_shared() noexcept {
    mutex_.lock();
    while (inside_.load("inside") == all_permits || writers_.load("writers") != 0) wait();
    inside_.store(inside_.load("inside") + 1, "a reader enters");
    mutex_.unlock();
  }

  void unlock_shared() noexcept {
    mutex_.lock();
    inside_.store(inside_.load("inside") - 1, "a reader leaves");
    wake(Version == version::as_shipped ? 1 : everyone);
    mutex_.unlock();
  }

 private:
  void wait() noexcept {
    // [C1] relaxed: under the mutex.
    const word seen = condition_.load(order::relaxed, "C1");
    mutex_.unlock();
    // [C2] sleeps only while nobody has signalled since. Else: mutant c2_never_sleeps does not reach the situation.
    Platform::wait(condition_, seen, scope::process_private, deadline::never(), "C2");
    mutex_.lock();
  }

  void wake(int how_many) noexcept {
    // [C3] relaxed: under the mutex.
    condition_.fetch_add(1u, order::relaxed, "C3");
    // [C4] wakes those that wait; as shipped, of a reader that leaves, the first. Else: mutant c4_dropped loses a wake-up.
    Platform::wake(condition_, how_many, scope::process_private, "C4");
  }

  typename Platform::template atomic<word> condition_{zio_rwlock_word::condition, 0u};
  typename Platform::template plain<unsigned> inside_{"inside", 0u};
  typename Platform::template plain<unsigned> writers_{"writers", 0u};
  Mutex mutex_;
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_ZIO_RWLOCK_H_
