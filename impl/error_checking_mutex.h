// error_checking_mutex: a mutex that tells its users what they do wrong, around any mutex of the project.
//
// Guarantees: what the mutex inside guarantees. Besides: a lock by its owner returns `deadlock` instead of waiting for itself, and an
// unlock by any other thread returns not_owner; neither changes anything. constinit and trivially destructible if the mutex inside is;
// 4 bytes more.
// Does not guarantee: anything if the owner dies: the next thread that the kernel gives its id to would take itself for the owner. A child
// made by fork has ids of its own, so it does not own what its parent owned. Deadlocks of several mutexes are not seen.
//
//     owner   the owner's id; 0: nobody
//
//     from \ step   lock, timed forms [O1]                                  try_lock            unlock [O3]
//     nobody        the mutex inside, then owner [O2]: acquired             the same            not_owner
//     caller        deadlock                                                busy                nobody [O4], then the mutex inside:
//                                                                                               released
//     another       waits for the mutex inside                              busy                not_owner
//
// I1: owner is a thread's id only while that thread owns the mutex inside, and only that thread writes it.
// I2: so a thread that reads its own id owns the mutex, and one that reads anything else, however old, does not.
//
// Memory order: owner is relaxed, by I2; the mutex inside orders the sections.
// Lifetime: that of the mutex inside: its unlock is the last access.
// Source: PTHREAD_MUTEX_ERRORCHECK of POSIX, with results for EDEADLK and EPERM.
#ifndef HOLDFAST_IMPL_ERROR_CHECKING_MUTEX_H_
#define HOLDFAST_IMPL_ERROR_CHECKING_MUTEX_H_

#include <cstdint>
#include <type_traits>

#include "impl/linux/linux_platform.h"
#include "impl/mutex.h"
#include "impl/platform.h"
#include "impl/word/owner_word.h"

namespace holdfast {

template <class P>
concept error_checking_mutex_platform = has_load<P> && has_store<P> && has_thread_id<P>;

// What became of a lock, and of an unlock.
enum class checked_lock : std::uint8_t { acquired, deadlock, timed_out };
enum class checked_unlock : std::uint8_t { released, not_owner };

// Mutex: of the same platform, with lock(), try_lock() and unlock(); the timed forms are there if it has them.
// Guards of <mutex> drop what lock() and unlock() return: whoever uses one does without the checks.
template <error_checking_mutex_platform Platform, class Mutex = basic_mutex<Platform>>
class basic_error_checking_mutex {
  using word = typename Platform::word;
  using flag = typename Platform::flag;

 public:
  constexpr basic_error_checking_mutex() noexcept = default;
  basic_error_checking_mutex(const basic_error_checking_mutex&) = delete;
  basic_error_checking_mutex& operator=(const basic_error_checking_mutex&) = delete;

  // Blocks until the calling thread owns the mutex (acquired; acquire), unless it does already (deadlock).
  [[nodiscard]] checked_lock lock() noexcept {
    const word self = Platform::this_thread_id();
    if (is_owner(self)) return checked_lock::deadlock;
    mutex_.lock();
    begin(self);
    return checked_lock::acquired;
  }

  // Takes the mutex if it is free; never blocks. False: somebody owns it, perhaps the caller.
  [[nodiscard]] bool try_lock() noexcept {
    if (!mutex_.try_lock()) return false;
    begin(Platform::this_thread_id());
    return true;
  }

  // As lock(), or the deadline has passed (timed_out). Takes what the timed forms of Mutex take.
  template <class Deadline>
  [[nodiscard]] checked_lock try_lock_until(const Deadline& until) noexcept
    requires requires(Mutex& m) { m.try_lock_until(until); }
  {
    const word self = Platform::this_thread_id();
    if (is_owner(self)) return checked_lock::deadlock;
    if (!mutex_.try_lock_until(until)) return checked_lock::timed_out;
    begin(self);
    return checked_lock::acquired;
  }
  template <class Duration>
  [[nodiscard]] checked_lock try_lock_for(const Duration& duration) noexcept
    requires requires(Mutex& m) { m.try_lock_for(duration); }
  {
    const word self = Platform::this_thread_id();
    if (is_owner(self)) return checked_lock::deadlock;
    if (!mutex_.try_lock_for(duration)) return checked_lock::timed_out;
    begin(self);
    return checked_lock::acquired;
  }

  // Releases the mutex (released; release), unless the calling thread does not own it (not_owner). Never blocks.
  [[nodiscard]] checked_unlock unlock() noexcept {
    // [O3] relaxed: by I2.
    if (!owner_word::is(owner_.load(order::relaxed, "O3"), Platform::this_thread_id())) return checked_unlock::not_owner;
    // [O4] relaxed: by I2. Before the mutex is free, so that no later owner's id is overwritten.
    //      Else: mutant o4_kept ends the program.
    owner_.store(owner_word::nobody, order::relaxed, "O4");
    mutex_.unlock();
    return checked_unlock::released;
  }

 private:
  flag is_owner(word self) const noexcept {
    // [O1] relaxed: by I2.
    return owner_word::is(owner_.load(order::relaxed, "O1"), self);
  }

  void begin(word self) noexcept {
    // [O2] relaxed: by I2. Else: mutant o2_lost deadlocks.
    owner_.store(self, order::relaxed, "O2");
  }

  Mutex mutex_;
  typename Platform::template atomic<word> owner_{owner_word::owner, owner_word::nobody};
};

// process_shared: kernel ids of threads are the same in every process of a pid namespace. REQUIRES: the processes are of one.
using error_checking_mutex = basic_error_checking_mutex<linux_platform>;
using process_shared_error_checking_mutex = basic_error_checking_mutex<linux_platform, process_shared_mutex>;

static_assert(sizeof(error_checking_mutex) == 8);
static_assert(std::is_trivially_destructible_v<error_checking_mutex>);

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_ERROR_CHECKING_MUTEX_H_
