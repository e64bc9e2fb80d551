// robust_kills: a process is killed before every instruction of lock and unlock of a robust mutex, and nobody is left behind.
//
// The victim is stepped by ptrace(2). In each scene it is killed before its first instruction, before its second, and so on; twice each,
// the second time after the test itself has taken the mutex if it was free. Then a waiter that sleeps must be served, and the mutex
// recovered. At the end the instructions that the victim was killed at are held against the disassembly of the mutex: those that are
// missing are told, and must be of branches that end the program or are taken once in the life of a thread.
#ifndef HOLDFAST_TESTS_ROBUST_KILLS_H_
#define HOLDFAST_TESTS_ROBUST_KILLS_H_

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "impl/linux/linux_platform.h"
#include "impl/lock_result.h"
#include "tests/asleep.h"
#include "tests/processes.h"
#include "tests/stepper.h"

namespace holdfast {

inline bool owns(lock_result r) { return r == lock_result::acquired || r == lock_result::owner_died; }

bool has_stopped_or_ended(pid_t process);
bool ends_soon(pid_t process);

// The functions under test, with names that a disassembly shows.
template <class Mutex>
[[gnu::noinline]] lock_result under_test_lock(Mutex& m) {
  return m.lock();
}
template <class Mutex>
[[gnu::noinline]] lock_result under_test_try_lock(Mutex& m) {
  return m.try_lock();
}
template <class Mutex>
[[gnu::noinline]] lock_result under_test_lock_until_now(Mutex& m) {
  return m.try_lock_until(linux_deadline::at(std::chrono::steady_clock::time_point::min()));
}
template <class Mutex>
[[gnu::noinline]] void under_test_consistent(Mutex& m) {
  m.make_consistent();
}
template <class Mutex>
[[gnu::noinline]] void under_test_unlock(Mutex& m) {
  m.unlock();
}

template <class Mutex>
int use(Mutex& m, lock_result r) {
  if (r == lock_result::owner_died) under_test_consistent(m);
  if (owns(r)) under_test_unlock(m);
  return 0;
}

// What a thread asks the kernel once is asked.
template <class Mutex>
void warm_up() {
  Mutex other;
  use(other, under_test_lock(other));
}

// What the test, the victim and the waiter share. Mutex: its word is its first 32 bits.
template <class Mutex>
struct killed_mutex {
  Mutex mutex;
  std::atomic<bool> begun{false};  // the victim is where its kills are to begin
  std::atomic<bool> done{false};   // and past where they are to end

  std::uint32_t word() const { return reinterpret_cast<const std::atomic<std::uint32_t>*>(&mutex)->load(); }
};

// One kill: the mutex, its victim, and somebody who sleeps. RoundsUntilFree: so many uses after contention the word is free again.
template <class Mutex, unsigned RoundsUntilFree>
class kill_scene {
 public:
  using shared = killed_mutex<Mutex>;

  explicit kill_scene(bool barges) : barges_(barges) {}
  ~kill_scene() {
    if (owned_) mutex().unlock();  // it must not be on this thread's list when its memory goes
  }

  Mutex& mutex() { return shared_->mutex; }
  std::uint32_t word() const { return shared_->word(); }

  // The test owns it until the victim sleeps or is dead.
  void own() {
    owned_ = owns(mutex().lock());
    EXPECT_TRUE(owned_);
  }
  void disown() {
    mutex().unlock();
    owned_ = false;
  }
  // A process that owned it has died.
  void leave_dead() {
    await_child(fork_child([this] { return owns(mutex().lock()) ? 0 : 1; }));
  }
  void leave_for_ever() {
    leave_dead();
    EXPECT_EQ(mutex().lock(), lock_result::owner_died);
    mutex().unlock();
  }
  void leave_waiters_without_a_sleeper() {
    await_child(fork_child([this] { return mutex().try_lock_for(std::chrono::microseconds(1)) == lock_result::timed_out ? 0 : 1; }));
  }
  template <class Body>
  void start_victim(Body body) {
    victim_.emplace(fork_child([this, body] {
      warm_up<Mutex>();
      body(*shared_);
      shared_->done = true;
      return 0;
    }));
    EXPECT_TRUE(victim_->run_until([this] { return shared_->begun.load(); }));
  }
  // One who sleeps, and then takes it, too.
  void start_waiter() {
    waiter_.emplace([this] { return use(mutex(), mutex().lock()); });
    while (!asleep(waiter_->process()) && !has_stopped_or_ended(waiter_->process())) std::this_thread::yield();
  }

  // False if the victim has ended before. Where it is to sleep it does, and then the test unlocks.
  bool step(int steps, std::set<std::string>& seen) {
    for (int n = 0; n <= steps; ++n) {
      if (victim_->ended() || shared_->done) return false;
      last_ = victim_->place();
      if (n == changes_after) change();
      if (n == steps) break;
      const bool calls = victim_->at_system_call(SYS_futex);
      victim_->begin_step();
      while (calls && !has_stopped_or_ended(victim_->process())) {
        if (!asleep(victim_->process())) continue;
        if (n + 1 == steps) {
          last_ += " (asleep)";
          return true;
        }
        if (!owned_) {  // somebody else's: the waiter comes first, and wakes it
          std::this_thread::yield();
          continue;
        }
        if (!waiter_ && wants_waiter_behind) start_waiter();
        disown();
      }
      if (!victim_->end_step()) return false;
      if (starts_waiter_at != 0 && !waiter_ && (word() & starts_waiter_at) == starts_waiter_at) start_waiter();
    }
    seen.insert(last_);
    return true;
  }

  // The kill, and what must be true after it.
  void kill() {
    const bool barged = barges_ && !owned_ && take();
    victim_->kill();
    if (owned_ || barged) disown();
    if (waiter_) {
      ASSERT_TRUE(ends_soon(waiter_->process())) << "the waiter sleeps for ever; the word is " << word() << ", killed at " << last_;
      EXPECT_EQ(waiter_->await(), 0);
    }
    const lock_result r = mutex().try_lock();
    ASSERT_NE(r, lock_result::busy) << "it has no owner who lives; killed at " << last_;
    use(mutex(), r);
    if (r == lock_result::not_recoverable) {
      EXPECT_TRUE(may_be_lost) << last_;
      return;
    }
    for (unsigned i = 0; i < RoundsUntilFree; ++i) use(mutex(), mutex().lock());
    EXPECT_EQ(word(), 0u) << "WAITERS stays; killed at " << last_;
  }

  int changes_after = -1;              // so many instructions later the test unlocks, or takes the mutex
  bool wants_waiter_behind = false;    // who sleeps behind the victim
  std::uint32_t starts_waiter_at = 0;  // when the word has all these bits
  bool may_be_lost = false;

 private:
  static bool asleep(pid_t process) { return sleeps_in_futex(process, process); }

  bool take() {
    const lock_result r = mutex().try_lock();
    if (r == lock_result::owner_died) mutex().make_consistent();
    return owns(r);
  }
  void change() {
    if (owned_) {
      disown();
    } else {
      owned_ = take();
    }
  }

  const bool barges_;
  const shared_object<shared> shared_;
  bool owned_ = false;
  std::string last_;
  std::optional<stepper> victim_;
  std::optional<child_process> waiter_;
};

// The places that victims of this program were killed at.
std::set<std::string>& killed_at();

template <class Mutex, unsigned RoundsUntilFree>
class robust_kills : public testing::Test {
 public:
  using scene = kill_scene<Mutex, RoundsUntilFree>;
  using shared = killed_mutex<Mutex>;

 protected:
  void SetUp() override {
    const std::string refusal = stepper::refusal();
    if (!refusal.empty()) GTEST_SKIP() << "ptrace cannot step children here (" << refusal << "): nothing is shown";
    warm_up<Mutex>();
  }

  // setting(scene): up to the victim's await_stepper().
  template <class Setting>
  void kill_at_every_instruction(Setting setting) {
    int kills = 0;
    for (const bool barges : {false, true}) {
      for (int n = 0;; ++n) {
        scene s(barges);
        setting(s);
        if (!s.step(n, killed_at())) break;
        s.kill();
        ASSERT_FALSE(HasFailure()) << "after " << n << " instructions" << (barges ? ", and another had taken the mutex" : "");
        ++kills;
      }
    }
    EXPECT_GT(kills, 40);
    std::cout << "  " << kills << " kills\n";
  }

  // The same; the test changes the word somewhere in the first instructions, and the kill comes soon after.
  template <class Setting>
  void kill_after_a_change(Setting setting, int first, int last) {
    int kills = 0;
    for (int change = first; change < last; ++change) {
      for (int n = change; n < change + 9; ++n) {
        scene s(false);
        s.changes_after = change;
        setting(s);
        if (!s.step(n, killed_at())) break;
        s.kill();
        ASSERT_FALSE(HasFailure()) << "after " << n << " instructions, of which " << change << " before the change";
        ++kills;
      }
    }
    EXPECT_GT(kills, 40);
    std::cout << "  " << kills << " kills\n";
  }

  // What victims do.
  static void begin(shared& m) {
    await_stepper();
    m.begun = true;
  }
  static void lock_and_unlock(shared& m) {
    begin(m);
    use(m.mutex, under_test_lock(m.mutex));
  }
  static void try_lock_and_unlock(shared& m) {
    begin(m);
    use(m.mutex, under_test_try_lock(m.mutex));
  }
  static void give_up(shared& m) {
    begin(m);
    use(m.mutex, under_test_lock_until_now(m.mutex));
  }
  static void unlock_only(shared& m) {
    const lock_result r = under_test_lock(m.mutex);
    begin(m);
    use(m.mutex, r);
  }
  // Of one who was told of a death.
  static void unlock_inconsistent(shared& m) {
    static_cast<void>(under_test_lock(m.mutex));
    begin(m);
    under_test_unlock(m.mutex);
  }
};

}  // namespace holdfast

#endif  // HOLDFAST_TESTS_ROBUST_KILLS_H_
