// recursive_mutex: a mutex that its owner may lock again, around any mutex of the project.
//
// Guarantees: what the mutex inside guarantees. Besides: its owner locks it again without waiting, and it is free when it has been unlocked
// as often; an unlock by a thread that does not own it, and a lock more than 2^32 - 1 deep, are detected and end the program.
// constinit and trivially destructible if the mutex inside is; 8 bytes more.
// Does not guarantee: anything if the owner dies: the next thread that the kernel gives its id to would take itself for the owner. A child
// made by fork has ids of its own, so it does not own what its parent owned.
//
//     owner   the owner's id; 0: nobody      depth   how often it has locked
//
//     from \ step   lock, try_lock, timed forms by the owner [O1]         by another thread [O1]             unlock by the owner [O3]
//     nobody        --                                                    the mutex inside, then owner [O2]  misuse, as by any other thread
//     owner         depth + 1                                             waits for the mutex inside         depth - 1; at 0: nobody [O4],
//                                                                                                            then unlocks the mutex inside
//
// I1: owner is a thread's id only while that thread owns the mutex inside, and only that thread writes it.
// I2: so a thread that reads its own id has written it and owns the mutex; what others read of owner, however old, is not their id.
// I3: depth is read and written by the owner alone.
//
// Memory order: owner is relaxed, by I2; the mutex inside orders the sections, and depth with them.
// Lifetime: that of the mutex inside: its unlock is the last access.
// Source: the members are those of std::recursive_timed_mutex.
#ifndef HOLDFAST_IMPL_RECURSIVE_MUTEX_H_
#define HOLDFAST_IMPL_RECURSIVE_MUTEX_H_

#include <type_traits>

#include "impl/linux/linux_platform.h"
#include "impl/mutex.h"
#include "impl/platform.h"
#include "impl/word/owner_word.h"

namespace holdfast {

template <class P>
concept recursive_mutex_platform = has_load<P> && has_store<P> && has_plain<P> && has_thread_id<P> && has_misuse<P>;

// Mutex: of the same platform, with lock(), try_lock() and unlock(); the timed forms are there if it has them.
// Meets Lockable, and TimedLockable if Mutex does.
template <recursive_mutex_platform Platform, class Mutex = basic_mutex<Platform>>
class basic_recursive_mutex {
  using word = typename Platform::word;
  using flag = typename Platform::flag;

 public:
  constexpr basic_recursive_mutex() noexcept = default;
  basic_recursive_mutex(const basic_recursive_mutex&) = delete;
  basic_recursive_mutex& operator=(const basic_recursive_mutex&) = delete;

  // Blocks until the calling thread owns the mutex. Acquire, the first time.
  void lock() noexcept {
    const word self = Platform::this_thread_id();
    if (lock_again(self)) return;
    mutex_.lock();
    begin(self);
  }

  // Takes the mutex if it is free or the calling thread's; never blocks. True if the caller owns it once more.
  [[nodiscard]] bool try_lock() noexcept {
    const word self = Platform::this_thread_id();
    if (lock_again(self)) return true;
    if (!mutex_.try_lock()) return false;
    begin(self);
    return true;
  }

  // Blocks until the calling thread owns the mutex (true) or the deadline has passed (false). Takes what the timed forms of Mutex take.
  template <class Deadline>
  [[nodiscard]] bool try_lock_until(const Deadline& until) noexcept
    requires requires(Mutex& m) { m.try_lock_until(until); }
  {
    const word self = Platform::this_thread_id();
    if (lock_again(self)) return true;
    if (!mutex_.try_lock_until(until)) return false;
    begin(self);
    return true;
  }
  template <class Duration>
  [[nodiscard]] bool try_lock_for(const Duration& duration) noexcept
    requires requires(Mutex& m) { m.try_lock_for(duration); }
  {
    const word self = Platform::this_thread_id();
    if (lock_again(self)) return true;
    if (!mutex_.try_lock_for(duration)) return false;
    begin(self);
    return true;
  }

  // Undoes one lock; the last one releases the mutex (release). REQUIRES: the calling thread owns it. Detected; ends the program otherwise.
  void unlock() noexcept {
    // [O3] relaxed: by I2.
    if (!owner_word::is(owner_.load(order::relaxed, "O3"), Platform::this_thread_id())) {
      Platform::misuse("recursive_mutex: unlock by a thread that does not own it");
    }
    const word depth = depth_.load("depth, to take off");
    depth_.store(owner_word::shallower(depth), "depth, taken off");
    if (!owner_word::is_outermost(depth)) return;
    // [O4] relaxed: by I2. Before the mutex is free, so that no later owner's id is overwritten. Else: mutant o4_kept races.
    owner_.store(owner_word::nobody, order::relaxed, "O4");
    mutex_.unlock();
  }

 private:
  // One lock more, if the mutex is the calling thread's.
  flag lock_again(word self) noexcept {
    // [O1] relaxed: by I2.
    if (!owner_word::is(owner_.load(order::relaxed, "O1"), self)) return flag(false);
    const word depth = depth_.load("depth, to add");
    if (owner_word::is_deepest(depth)) Platform::misuse("recursive_mutex: locked too deep");
    depth_.store(owner_word::deeper(depth), "depth, added");
    return flag(true);
  }

  void begin(word self) noexcept {
    // [O2] relaxed: by I2. Else: mutant o2_lost loses a wake-up.
    owner_.store(self, order::relaxed, "O2");
    depth_.store(owner_word::once, "depth, first");
  }

  Mutex mutex_;
  typename Platform::template atomic<word> owner_{owner_word::owner, owner_word::nobody};
  typename Platform::template plain<word> depth_{"depth", owner_word::none};
};

// process_shared: kernel ids of threads are the same in every process of a pid namespace. REQUIRES: the processes are of one.
using recursive_mutex = basic_recursive_mutex<linux_platform>;
using process_shared_recursive_mutex = basic_recursive_mutex<linux_platform, process_shared_mutex>;

static_assert(sizeof(recursive_mutex) == 12);
static_assert(std::is_trivially_destructible_v<recursive_mutex>);

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_RECURSIVE_MUTEX_H_
