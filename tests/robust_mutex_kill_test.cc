// robust_mutex: a process is killed before every instruction of lock and unlock, and nobody is left behind.
//
// The victim is stepped by ptrace(2). In each scene it is killed before its first instruction, before its second, and so on; twice each,
// the second time after the test itself has taken the mutex if it was free. Then a waiter that sleeps must be served, and the mutex
// recovered. At the end the instructions that the victim was killed at are held against the disassembly of the mutex: those that are
// missing are told, and must be of branches that end the program or are taken once in the life of a thread.
#include <gtest/gtest.h>
#include <linux/futex.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "impl/robust_mutex.h"
#include "tests/asleep.h"
#include "tests/processes.h"
#include "tests/stepper.h"

namespace holdfast {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t marked = robust_word::waiters | robust_word::owner_died;

struct shared_mutex {
  robust_mutex mutex;
  std::atomic<bool> begun{false};  // the victim is where its kills are to begin
  std::atomic<bool> done{false};   // and past where they are to end

  std::uint32_t word() const { return reinterpret_cast<const std::atomic<std::uint32_t>*>(&mutex)->load(); }
  // As if an owner had slept: the next contended unlocks do not try to clear WAITERS.
  void forget_quiet() { reinterpret_cast<std::atomic<std::uint32_t>*>(&mutex)[2].store(robust_mutex_patience); }
};

// The functions under test, with names that a disassembly shows.
[[gnu::noinline]] lock_result robust_mutex_lock(robust_mutex& m) { return m.lock(); }
[[gnu::noinline]] lock_result robust_mutex_try_lock(robust_mutex& m) { return m.try_lock(); }
[[gnu::noinline]] lock_result robust_mutex_lock_until_now(robust_mutex& m) {
  return m.try_lock_until(linux_deadline::at(std::chrono::steady_clock::time_point::min()));
}
[[gnu::noinline]] void robust_mutex_consistent(robust_mutex& m) { m.make_consistent(); }
[[gnu::noinline]] void robust_mutex_unlock(robust_mutex& m) { m.unlock(); }

bool owns(lock_result r) { return r == lock_result::acquired || r == lock_result::owner_died; }

int use(robust_mutex& m, lock_result r) {
  if (r == lock_result::owner_died) robust_mutex_consistent(m);
  if (owns(r)) robust_mutex_unlock(m);
  return 0;
}

// What a thread asks the kernel once is asked.
void warm_up() {
  robust_mutex other;
  use(other, robust_mutex_lock(other));
}

bool asleep(pid_t process) { return sleeps_in_futex(process, process); }

bool has_stopped_or_ended(pid_t process) {
  siginfo_t what{};
  return ::waitid(P_PID, static_cast<id_t>(process), &what, WEXITED | WSTOPPED | WNOHANG | WNOWAIT) == 0 && what.si_pid != 0;
}

bool ends_soon(pid_t process) {
  for (const auto until = std::chrono::steady_clock::now() + 20s; std::chrono::steady_clock::now() < until;) {
    if (has_stopped_or_ended(process)) return true;
    std::this_thread::yield();
  }
  return false;
}

// One kill: the mutex, its victim, and somebody who sleeps.
class scene {
 public:
  explicit scene(bool barges) : barges_(barges) {}
  ~scene() {
    if (owned_) mutex().unlock();  // it must not be on this thread's list when its memory goes
  }

  robust_mutex& mutex() { return shared_->mutex; }
  std::uint32_t word() const { return shared_->word(); }
  void forget_quiet() { shared_->forget_quiet(); }

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
    await_child(fork_child([this] { return mutex().try_lock_for(1us) == lock_result::timed_out ? 0 : 1; }));
  }
  template <class Body>
  void start_victim(Body body) {
    victim_.emplace(fork_child([this, body] {
      warm_up();
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
        mutex().unlock();
        owned_ = false;
      }
      if (!victim_->end_step()) return false;
      if (starts_waiter_at_mark && !waiter_ && (word() & marked) == marked) start_waiter();
    }
    seen.insert(last_);
    return true;
  }

  // The kill, and what must be true after it.
  void kill() {
    bool barged = false;
    if (barges_ && !owned_) {
      const lock_result r = mutex().try_lock();
      barged = owns(r);
      if (r == lock_result::owner_died) mutex().make_consistent();
    }
    victim_->kill();
    if (owned_ || barged) mutex().unlock();
    owned_ = false;
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
    for (std::uint32_t i = 0; i < robust_mutex_patience + 2; ++i) use(mutex(), mutex().lock());
    EXPECT_EQ(word(), robust_word::free) << "WAITERS stays; killed at " << last_;
  }

  int changes_after = -1;              // so many instructions later the test unlocks, or takes the mutex
  bool wants_waiter_behind = false;    // who sleeps behind the victim
  bool starts_waiter_at_mark = false;  // who takes the owner's mark back
  bool may_be_lost = false;

 private:
  void change() {
    if (owned_) {
      mutex().unlock();
      owned_ = false;
    } else {
      owned_ = owns(mutex().try_lock());
    }
  }

  const bool barges_;
  const shared_object<shared_mutex> shared_;
  bool owned_ = false;
  std::string last_;
  std::optional<stepper> victim_;
  std::optional<child_process> waiter_;
};

std::set<std::string>& killed_at() {
  static std::set<std::string> places;
  return places;
}

class RobustMutexKills : public testing::Test {
 protected:
  void SetUp() override {
    const std::string refusal = stepper::refusal();
    if (!refusal.empty()) GTEST_SKIP() << "ptrace cannot step children here (" << refusal << "): nothing is shown";
    warm_up();
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
  void kill_after_a_change(Setting setting) {
    int kills = 0;
    for (int change = 25; change < 100; ++change) {
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
    std::cout << "  " << kills << " kills\n";
  }
};

void begin(shared_mutex& m) {
  await_stepper();
  m.begun = true;
}
void lock_and_unlock(shared_mutex& m) {
  begin(m);
  use(m.mutex, robust_mutex_lock(m.mutex));
}
void try_lock_and_unlock(shared_mutex& m) {
  begin(m);
  use(m.mutex, robust_mutex_try_lock(m.mutex));
}
void give_up(shared_mutex& m) {
  begin(m);
  use(m.mutex, robust_mutex_lock_until_now(m.mutex));
}
void unlock_only(shared_mutex& m) {
  const lock_result r = robust_mutex_lock(m.mutex);
  begin(m);
  use(m.mutex, r);
}

TEST_F(RobustMutexKills, LockAndUnlockOfAFreeMutex) {
  kill_at_every_instruction([](scene& s) { s.start_victim(lock_and_unlock); });
}

TEST_F(RobustMutexKills, TryLockOfAFreeMutex) {
  kill_at_every_instruction([](scene& s) { s.start_victim(try_lock_and_unlock); });
}

TEST_F(RobustMutexKills, TryLockOfAHeldMutex) {
  kill_at_every_instruction([](scene& s) {
    s.own();
    s.start_victim(try_lock_and_unlock);
  });
}

TEST_F(RobustMutexKills, UnlockWithASleeper) {
  kill_at_every_instruction([](scene& s) {
    s.start_victim(unlock_only);
    s.start_waiter();
  });
}

TEST_F(RobustMutexKills, UnlockWithASleeperAfterOwnersThatSlept) {
  kill_at_every_instruction([](scene& s) {
    s.start_victim(unlock_only);
    s.start_waiter();
    s.forget_quiet();
  });
}

TEST_F(RobustMutexKills, UnlockThatClearsWaiters) {
  kill_at_every_instruction([](scene& s) {
    s.start_victim(unlock_only);
    s.leave_waiters_without_a_sleeper();
  });
}

TEST_F(RobustMutexKills, UnlockThatIsKeptFromClearingWaiters) {
  kill_at_every_instruction([](scene& s) {
    s.starts_waiter_at_mark = true;
    s.start_victim(unlock_only);
    s.leave_waiters_without_a_sleeper();
  });
}

TEST_F(RobustMutexKills, LockOfAHeldMutex) {
  kill_at_every_instruction([](scene& s) {
    s.own();
    s.start_victim(lock_and_unlock);
  });
}

TEST_F(RobustMutexKills, LockOfAHeldMutexBeforeAnotherSleeper) {
  kill_at_every_instruction([](scene& s) {
    s.wants_waiter_behind = true;
    s.own();
    s.start_victim(lock_and_unlock);
  });
}

TEST_F(RobustMutexKills, LockOfAHeldMutexBehindAnotherSleeper) {
  kill_at_every_instruction([](scene& s) {
    s.own();
    s.start_waiter();
    s.start_victim(lock_and_unlock);
  });
}

TEST_F(RobustMutexKills, TimedLockThatGivesUp) {
  kill_at_every_instruction([](scene& s) {
    s.own();
    s.start_victim(give_up);
  });
}

TEST_F(RobustMutexKills, TimedLockOfAFreeMutex) {
  kill_at_every_instruction([](scene& s) { s.start_victim(give_up); });
}

// Between the victim's look at the word and its compare-exchange.
TEST_F(RobustMutexKills, LockOfAMutexThatComesFree) {
  kill_after_a_change([](scene& s) {
    s.own();
    s.start_victim(lock_and_unlock);
  });
}

TEST_F(RobustMutexKills, LockOfAMutexThatAnotherTakes) {
  kill_after_a_change([](scene& s) {
    s.own();
    s.leave_waiters_without_a_sleeper();
    s.forget_quiet();
    s.disown();
    s.start_victim(lock_and_unlock);
  });
}

TEST_F(RobustMutexKills, LockAfterADeath) {
  kill_at_every_instruction([](scene& s) {
    s.leave_dead();
    s.start_victim(lock_and_unlock);
  });
}

TEST_F(RobustMutexKills, TryLockAfterADeath) {
  kill_at_every_instruction([](scene& s) {
    s.leave_dead();
    s.start_victim(try_lock_and_unlock);
  });
}

TEST_F(RobustMutexKills, UnlockThatMakesItNotRecoverable) {
  kill_at_every_instruction([](scene& s) {
    s.may_be_lost = true;
    s.leave_dead();
    s.start_victim([](shared_mutex& m) {
      static_cast<void>(robust_mutex_lock(m.mutex));  // owner_died
      begin(m);
      robust_mutex_unlock(m.mutex);
    });
    s.start_waiter();
  });
}

TEST_F(RobustMutexKills, LockThatFindsItNotRecoverable) {
  kill_at_every_instruction([](scene& s) {
    s.may_be_lost = true;
    s.leave_for_ever();
    s.start_victim(lock_and_unlock);
  });
}

// "robust_mutex_kill_test+0x1a2b", of each instruction of a function of the mutex, with its text.
struct instruction {
  std::string place;
  std::string function;
  std::string text;
};

std::vector<instruction> disassembly() {
  std::vector<instruction> all;
  const std::string command = "objdump -d -C --no-show-raw-insn /proc/" + std::to_string(::getpid()) + "/exe";
  FILE* const out = ::popen(command.c_str(), "r");
  if (out == nullptr) return all;
  char path[4096] = "";
  const ssize_t length = ::readlink("/proc/self/exe", path, sizeof path - 1);
  const std::string exe(path, length > 0 ? static_cast<std::size_t>(length) : 0);
  const std::string file = exe.substr(exe.rfind('/') + 1);
  std::string function;
  char* line = nullptr;
  std::size_t room = 0;
  while (::getline(&line, &room, out) > 0) {
    std::string text(line);
    while (!text.empty() && text.back() == '\n') text.pop_back();
    if (const auto name = text.find(" <"); name == 16) {
      function = text.substr(name + 2, text.rfind(">:") - name - 2);
    } else if (const auto colon = text.find(":\t"); colon != std::string::npos) {
      const bool is_ours = function.find("robust_mutex_") != std::string::npos || function.find("basic_robust_mutex<") != std::string::npos;
      // The public members, where not inlined into ours, are what the test itself calls.
      bool is_tests = function.find("Test") != std::string::npos || function.find("Kills") != std::string::npos;
      for (const char* name :
           {"::lock()", "::try_lock()", "::unlock()", "::make_consistent()", "::try_lock_for<", "::try_lock_until", "::use(", "_GLOBAL_"}) {
        is_tests = is_tests || function.find(name) != std::string::npos;
      }
      if (!is_ours || is_tests) continue;
      const std::string what = text.substr(colon + 2);
      if (what.starts_with("nop") || what.starts_with("cs nop") || what.starts_with("data16") || what.starts_with("xchg   %ax,%ax"))
        continue;
      all.push_back({file + "+0x" + text.substr(text.find_first_not_of(' '), colon - text.find_first_not_of(' ')), function, what});
    }
  }
  ::free(line);
  ::pclose(out);
  return all;
}

// Ends the program, or is done once for a thread.
bool is_excused(const std::string& text) {
  for (const char* call : {"misuse", "ask_head", "ask_thread_id"}) {
    if (text.find(call) != std::string::npos) return true;
  }
  return false;
}

TEST_F(RobustMutexKills, ZThereIsNoOtherInstruction) {
  const std::vector<instruction> all = disassembly();
  ASSERT_GT(all.size(), 100u);
  std::size_t reached = 0;
  std::vector<std::vector<const instruction*>> missed;  // runs without a gap
  bool in_run = false;
  for (const instruction& i : all) {
    if (killed_at().contains(i.place)) {
      ++reached;
      in_run = false;
      continue;
    }
    if (!in_run || missed.back().back()->function != i.function) missed.emplace_back();
    missed.back().push_back(&i);
    in_run = true;
  }
  std::cout << "  killed at " << reached << " of the " << all.size() << " instructions of the mutex, and at "
            << killed_at().size() - reached << " outside\n";
  for (const auto& run : missed) {
    std::size_t excused = 0;  // with the few that lead to such a call, and back
    for (const instruction* i : run) excused += is_excused(i->text) ? 4 : 0;
    std::ostringstream text;
    for (const instruction* i : run) text << "    " << i->place << " in " << i->function << ": " << i->text << "\n";
    if (run.size() <= excused) {
      std::cout << "  not reached, for it ends the program or is done once for a thread:\n" << text.str();
    } else {
      ADD_FAILURE() << "not reached:\n" << text.str();
    }
  }
}

}  // namespace
}  // namespace holdfast
