// linux_platform: what it promises on a real kernel.
#include <errno.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <limits>
#include <new>
#include <thread>
#include <type_traits>
#include <vector>

#include "impl/linux/linux_platform.h"
#include "tests/asleep.h"

namespace holdfast {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using std::chrono::system_clock;
using deadline = linux_platform::deadline;
using word = linux_platform::atomic<std::uint32_t>;

constexpr field number[] = {{"number", 0, 32, {}}};
constexpr layout plain_number{"word", number};

static_assert(std::is_empty_v<linux_platform::site>);
static_assert(std::is_trivially_destructible_v<word>);
static_assert(sizeof(word) == 4);
constinit word constant_initialised{plain_number, 7};

TEST(Platform, AnAtomicIsConstantInitialised) { EXPECT_EQ(constant_initialised.load(order::relaxed, "L"), 7u); }

TEST(Deadline, TheEndOfTimeIsNever) {
  EXPECT_EQ(deadline::at(steady_clock::time_point::max()).clock(), deadline_clock::none);
  using hours = std::chrono::time_point<system_clock, std::chrono::hours>;
  EXPECT_EQ(deadline::at(hours::max()).clock(), deadline_clock::none);
  EXPECT_EQ(deadline::after(std::chrono::hours::max()).clock(), deadline_clock::none);
  EXPECT_EQ(deadline::after(std::chrono::duration<double>(std::numeric_limits<double>::infinity())).clock(), deadline_clock::none);
}

TEST(Deadline, BeforeTheEpochIsTheEpoch) {
  const deadline d = deadline::at(steady_clock::time_point::min());
  EXPECT_EQ(d.clock(), deadline_clock::steady);
  EXPECT_EQ(d.seconds(), 0);
  EXPECT_EQ(d.nanoseconds(), 0);
}

TEST(Deadline, RoundsUp) {
  using picoseconds = std::chrono::duration<std::int64_t, std::pico>;
  const auto d = deadline::at(std::chrono::time_point<steady_clock, picoseconds>(picoseconds(1)));
  EXPECT_EQ(d.nanoseconds(), 1);
}

TEST(Deadline, CarriesNanosecondsIntoSeconds) {
  using seconds = std::chrono::duration<double>;
  const auto d = deadline::at(std::chrono::time_point<system_clock, seconds>(seconds(1.9999999999)));
  EXPECT_EQ(d.clock(), deadline_clock::system);
  EXPECT_EQ(d.seconds(), 2);
  EXPECT_EQ(d.nanoseconds(), 0);
}

TEST(Deadline, TakesAnyPeriodWithoutOverflow) {
  using thirds = std::chrono::duration<std::int64_t, std::ratio<1, 3>>;
  const auto d = deadline::at(std::chrono::time_point<steady_clock, thirds>(thirds(20'000'000'000)));
  EXPECT_EQ(d.seconds(), 6'666'666'666);
  EXPECT_EQ(d.nanoseconds(), 666'666'667);
}

class PlatformScopes : public testing::TestWithParam<scope> {};
INSTANTIATE_TEST_SUITE_P(Both, PlatformScopes, testing::Values(scope::process_private, scope::process_shared),
                         [](const auto& p) { return p.param == scope::process_private ? "Private" : "Shared"; });

TEST_P(PlatformScopes, WaitReturnsAtOnceIfTheWordHasChanged) {
  word w(plain_number, 1);
  EXPECT_EQ(linux_platform::wait(w, 0, GetParam(), deadline::never(), "W"), wait_result::changed);
}

TEST_P(PlatformScopes, AChangedWordCountsMoreThanAPassedDeadline) {
  word w(plain_number, 1);
  EXPECT_EQ(linux_platform::wait(w, 0, GetParam(), deadline::after(0s), "W"), wait_result::changed);
}

TEST_P(PlatformScopes, WaitEndsNotBeforeItsSteadyDeadline) {
  word w(plain_number, 0);
  const auto until = steady_clock::now() + 5ms;
  wait_result r;
  while ((r = linux_platform::wait(w, 0, GetParam(), deadline::at(until), "W")) == wait_result::woken) {
  }
  EXPECT_EQ(r, wait_result::timed_out);
  EXPECT_GE(steady_clock::now(), until);
}

TEST_P(PlatformScopes, WaitEndsNotBeforeItsSystemDeadline) {
  word w(plain_number, 0);
  const auto until = system_clock::now() + 5ms;
  wait_result r;
  while ((r = linux_platform::wait(w, 0, GetParam(), deadline::at(until), "W")) == wait_result::woken) {
  }
  EXPECT_EQ(r, wait_result::timed_out);
  EXPECT_GE(system_clock::now(), until);
}

TEST_P(PlatformScopes, APassedDeadlineTimesOut) {
  word w(plain_number, 0);
  EXPECT_EQ(linux_platform::wait(w, 0, GetParam(), deadline::at(steady_clock::time_point::min()), "W"), wait_result::timed_out);
  EXPECT_EQ(linux_platform::wait(w, 0, GetParam(), deadline::at(system_clock::time_point::min()), "W"), wait_result::timed_out);
}

TEST_P(PlatformScopes, ASignalHandlerInterruptsAWait) {
  struct sigaction action {};
  action.sa_handler = [](int) {};
  ASSERT_EQ(::sigaction(SIGUSR1, &action, nullptr), 0);
  word w(plain_number, 0);
  sleeper thread;
  wait_result result{};
  std::thread t([&] {
    thread.is_me();
    result = linux_platform::wait(w, 0, GetParam(), deadline::never(), "W");
  });
  thread.await_sleep();
  ::pthread_kill(t.native_handle(), SIGUSR1);
  t.join();
  EXPECT_EQ(result, wait_result::interrupted);
}

// Starts threads that sleep on a word, and knows when they do.
class sleepers {
 public:
  sleepers(word& w, int count, scope who) : states_(count) {
    for (sleeper& state : states_) {
      threads_.emplace_back([&w, who, &state] {
        state.is_me();
        EXPECT_EQ(linux_platform::wait(w, 0, who, deadline::never(), "W"), wait_result::woken);
      });
      state.await_sleep();
    }
  }
  ~sleepers() {
    for (std::thread& t : threads_) t.join();
  }

 private:
  std::vector<sleeper> states_;
  std::vector<std::thread> threads_;
};

TEST_P(PlatformScopes, WakeWakesAtMostAsManyAsAsked) {
  word w(plain_number, 0);
  const sleepers five(w, 5, GetParam());
  EXPECT_EQ(futex_wake(&w, 2, GetParam()), 2);
  EXPECT_EQ(futex_wake(&w, everyone, GetParam()), 3);
  EXPECT_EQ(futex_wake(&w, everyone, GetParam()), 0);
}

TEST_P(PlatformScopes, WakeWakesThoseWhoseBitsetItMeets) {
  word w(plain_number, 0);
  sleeper state;
  std::thread waiting([&] {
    state.is_me();
    EXPECT_EQ(linux_platform::wait_bitset(w, 0, 2, GetParam(), deadline::never(), "W"), wait_result::woken);
  });
  state.await_sleep();
  EXPECT_EQ(futex_wake(&w, everyone, GetParam(), 1), 0);
  EXPECT_EQ(futex_wake(&w, everyone, GetParam(), 6), 1);
  waiting.join();
}

TEST_P(PlatformScopes, WakeOfNobodyWakesNobody) {
  word w(plain_number, 0);
  const sleepers one(w, 1, GetParam());
  EXPECT_EQ(futex_wake(&w, 0, GetParam()), 0);
  EXPECT_EQ(futex_wake(&w, -1, GetParam()), 0);
  EXPECT_EQ(futex_wake(&w, 1, GetParam()), 1);
}

TEST_P(PlatformScopes, RequeueWakesSomeAndMovesOthers) {
  word from(plain_number, 0);
  word to(plain_number, 0);
  const sleepers four(from, 4, GetParam());
  EXPECT_TRUE(linux_platform::requeue(from, 0, 1, 2, to, GetParam(), "R"));
  EXPECT_EQ(futex_wake(&to, everyone, GetParam()), 2);
  EXPECT_EQ(futex_wake(&from, everyone, GetParam()), 1);
}

TEST_P(PlatformScopes, WakeOpChangesTheSecondWordAndWakesOnBoth) {
  using enum word_change::update;
  using enum word_change::test;
  word first(plain_number, 0);
  word second(plain_number, 7);
  const sleepers two(first, 2, GetParam());
  word third(plain_number, 0);
  EXPECT_EQ(futex_wake_op(&first, 1, &third, 1, {add, -1, equal, 1}, GetParam()), 1);
  EXPECT_EQ(third.load(order::relaxed, "L"), 0xffffffffu);
  EXPECT_EQ(futex_wake_op(&third, 1, &first, 1, {bit_or, 0x80000000, less_or_equal, 0}, GetParam()), 1);
  EXPECT_EQ(first.load(order::relaxed, "L"), 0x80000000u);
  linux_platform::wake_op(first, 1, second, everyone, {bit_and_not, 5, greater, 6}, GetParam(), "O");
  EXPECT_EQ(second.load(order::relaxed, "L"), 2u);
}

TEST_P(PlatformScopes, WakeOpWakesOnTheSecondWordOnlyIfItsOldValuePasses) {
  using enum word_change::update;
  using enum word_change::test;
  word first(plain_number, 0);
  word second(plain_number, 0);
  const sleepers one(second, 1, GetParam());
  EXPECT_EQ(futex_wake_op(&first, 1, &second, 1, {set, 3, not_equal, 0}, GetParam()), 0);
  EXPECT_EQ(futex_wake_op(&first, 1, &second, 1, {bit_xor, 1, greater_or_equal, -1}, GetParam()), 1);
  EXPECT_EQ(second.load(order::relaxed, "L"), 2u);
}

TEST_P(PlatformScopes, WaitAnyIsWokenOnEachOfItsWords) {
  for (const unsigned which : {0u, 1u, 2u}) {
    word words[] = {{plain_number, 0}, {plain_number, 1}, {plain_number, 2}};
    sleeper state;
    std::thread waiting([&] {
      state.is_me();
      const awaited_word<linux_platform> all[] = {{&words[0], 0}, {&words[1], 1}, {&words[2], 2}};
      EXPECT_EQ(linux_platform::wait_any(all, GetParam(), deadline::never(), "W"), (any_result{wait_result::woken, which}));
    });
    state.await_sleep();
    EXPECT_EQ(futex_wake(&words[which], everyone, GetParam()), 1);
    waiting.join();
  }
}

TEST_P(PlatformScopes, WaitAnyReturnsAtOnceIfAWordHasChangedAndInTimeIfNot) {
  word first(plain_number, 0);
  word second(plain_number, 0);
  const awaited_word<linux_platform> changed_word[] = {{&first, 0}, {&second, 1}};
  EXPECT_EQ(linux_platform::wait_any(changed_word, GetParam(), deadline::never(), "W"), (any_result{wait_result::changed, 0}));
  const awaited_word<linux_platform> both[] = {{&first, 0}, {&second, 0}};
  EXPECT_EQ(linux_platform::wait_any(both, GetParam(), deadline::after(std::chrono::milliseconds(1)), "W").why, wait_result::timed_out);
  const auto soon = deadline::at(std::chrono::system_clock::now() + std::chrono::milliseconds(1));
  EXPECT_EQ(linux_platform::wait_any(both, GetParam(), soon, "W").why, wait_result::timed_out);
}

TEST_P(PlatformScopes, RequeueDoesNothingIfTheWordHasChanged) {
  word from(plain_number, 0);
  word to(plain_number, 0);
  const sleepers one(from, 1, GetParam());
  EXPECT_FALSE(linux_platform::requeue(from, 9, 1, everyone, to, GetParam(), "R"));
  EXPECT_EQ(futex_wake(&to, everyone, GetParam()), 0);
  EXPECT_EQ(futex_wake(&from, everyone, GetParam()), 1);
}

TEST_P(PlatformScopes, WakeOfAWordThatIsGoneIsHarmless) {
  const auto size = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  void* page = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(page, MAP_FAILED);
  ASSERT_EQ(::munmap(page, size), 0);
  EXPECT_EQ(futex_wake(page, 1, GetParam()), 0);
}

TEST_P(PlatformScopes, WakeOfAWordThatBecameAPriorityInheritingLockIsHarmless) {
  // The owner's id and the waiters bit are there once a thread sleeps on the lock.
  alignas(4) std::uint32_t lock = static_cast<std::uint32_t>(::syscall(SYS_gettid));
  const int private_flag = GetParam() == scope::process_private ? 128 : 0;
  sleeper thread;
  std::thread t([&] {
    thread.is_me();
    EXPECT_EQ(::syscall(SYS_futex, &lock, 6 /* FUTEX_LOCK_PI */ | private_flag, 0, nullptr, nullptr, 0), 0);
    EXPECT_EQ(::syscall(SYS_futex, &lock, 7 /* FUTEX_UNLOCK_PI */ | private_flag, 0, nullptr, nullptr, 0), 0);
  });
  thread.await_sleep();
  EXPECT_EQ(futex_wake(&lock, 1, GetParam()), 0);
  EXPECT_EQ(::syscall(SYS_futex, &lock, 7 | private_flag, 0, nullptr, nullptr, 0), 0);
  t.join();
}

TEST_P(PlatformScopes, ErrnoIsLeftAlone) {
  word w(plain_number, 0);
  word to(plain_number, 0);
  errno = ESRCH;
  static_cast<void>(linux_platform::wait(w, 1, GetParam(), deadline::never(), "W"));
  EXPECT_EQ(errno, ESRCH);
  static_cast<void>(linux_platform::wait(w, 0, GetParam(), deadline::after(0s), "W"));
  EXPECT_EQ(errno, ESRCH);
  static_cast<void>(linux_platform::requeue(w, 1, 0, 0, to, GetParam(), "R"));
  EXPECT_EQ(errno, ESRCH);
  futex_wake(nullptr, 1, GetParam());
  EXPECT_EQ(errno, ESRCH);
}

using PlatformDeathTest = PlatformScopes;
INSTANTIATE_TEST_SUITE_P(Both, PlatformDeathTest, testing::Values(scope::process_private, scope::process_shared),
                         [](const auto& p) { return p.param == scope::process_private ? "Private" : "Shared"; });

TEST_P(PlatformDeathTest, WaitOnAWordThatIsNotMappedEndsTheProgram) {
  EXPECT_EXIT(futex_wait(nullptr, 0, GetParam(), deadline::never()), testing::KilledBySignal(SIGABRT),
              "^holdfast: futex wait failed with errno 14 \\(EFAULT: the word is not mapped\\)\n$");
}

// A word in memory that a child process shares, and whether the child's sleeper on it was found by a wake of the parent.
bool parent_finds_child(scope who) {
  const auto size = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  void* page = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  word& w = *new (page) word(plain_number, 0);
  const pid_t child = ::fork();
  if (child == 0) {
    static_cast<void>(linux_platform::wait(w, 0, who, deadline::never(), "W"));
    ::_exit(0);
  }
  await_sleep_of(child, child);
  const bool found = futex_wake(&w, 1, who) == 1;
  if (!found) ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ::munmap(page, size);
  return found;
}

TEST(Platform, ASharedWakeReachesAnotherProcess) { EXPECT_TRUE(parent_finds_child(scope::process_shared)); }

TEST(Platform, APrivateWakeDoesNot) { EXPECT_FALSE(parent_finds_child(scope::process_private)); }

TEST(Platform, ThreadIdIsTheKernels) {
  EXPECT_EQ(linux_platform::this_thread_id(), static_cast<std::uint32_t>(::syscall(SYS_gettid)));
  std::thread([] { EXPECT_EQ(linux_platform::this_thread_id(), static_cast<std::uint32_t>(::syscall(SYS_gettid))); }).join();
}

TEST(Platform, ThreadIdIsRightAfterFork) {
  const std::uint32_t mine = linux_platform::this_thread_id();
  const pid_t child = ::fork();
  if (child == 0) ::_exit(linux_platform::this_thread_id() == static_cast<std::uint32_t>(::syscall(SYS_gettid)) ? 0 : 1);
  EXPECT_NE(mine, static_cast<std::uint32_t>(child));
  int status = -1;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST(Platform, SpinnerEndsAfterItsLimit) {
  const linux_deadline never = linux_deadline::never();
  linux_platform::spinner spin(3, never);
  int rounds = 0;
  while (spin.again()) ++rounds;
  EXPECT_LE(rounds, 3);
  EXPECT_FALSE(linux_platform::spinner(0, never).again());
}

TEST(Platform, SpinnerEndsWhenItsDeadlineHasPassed) {
  const linux_deadline passed = linux_deadline::after(std::chrono::seconds(0));
  linux_platform::spinner spin(1'000'000'000, passed);
  EXPECT_TRUE(spin.again());
  EXPECT_FALSE(spin.again());
}

TEST(Platform, ADeadlineHasPassedOnItsOwnClock) {
  using std::chrono::hours, std::chrono::steady_clock, std::chrono::system_clock;
  EXPECT_FALSE(linux_deadline::never().has_passed());
  EXPECT_TRUE(linux_deadline::at(steady_clock::now()).has_passed());
  EXPECT_TRUE(linux_deadline::at(system_clock::now()).has_passed());
  EXPECT_FALSE(linux_deadline::at(steady_clock::now() + hours(1)).has_passed());
  EXPECT_FALSE(linux_deadline::at(system_clock::now() + hours(1)).has_passed());
}

TEST(PlatformMisuseDeathTest, MisuseWritesOneLineAndAborts) {
  EXPECT_EXIT(linux_platform::misuse("word: what happened"), testing::KilledBySignal(SIGABRT), "^holdfast: word: what happened\n$");
}

TEST(Platform, OperationsAreThoseOfStdAtomic) {
  word w(plain_number, 0b1100);
  EXPECT_EQ(w.fetch_or(0b0011, order::relaxed, "A"), 0b1100u);
  EXPECT_EQ(w.fetch_and(0b1110, order::relaxed, "B"), 0b1111u);
  EXPECT_EQ(w.fetch_add(1, order::relaxed, "C"), 0b1110u);
  EXPECT_EQ(w.fetch_sub(5, order::relaxed, "D"), 15u);
  EXPECT_EQ(w.exchange(3, order::relaxed, "E"), 10u);
  std::uint32_t expected = 4;
  EXPECT_FALSE(w.compare_exchange_strong(expected, 5, order::relaxed, order::relaxed, "F"));
  EXPECT_EQ(expected, 3u);
  EXPECT_TRUE(w.compare_exchange_strong(expected, 5, order::relaxed, order::relaxed, "G"));
  w.store(w.load(order::relaxed, "H") + 1, order::relaxed, "I");
  EXPECT_EQ(w.load(order::relaxed, "J"), 6u);
}

}  // namespace
}  // namespace holdfast
