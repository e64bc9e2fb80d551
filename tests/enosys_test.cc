// A kernel or sandbox that answers ENOSYS to the private futex operations: the flag is dropped, once, for everybody. And one that has no
// futex_waitv: who needs it is told.
//
// The decision is one global of the process, so each test runs in a child process of its own. Two means: a seccomp filter gives the
// real answer of such a kernel; a stand-in for the C library's syscall() sees which operations are asked for, and can answer the first
// ones of several threads differently.
#include <errno.h>
#include <gtest/gtest.h>
#include <linux/futex.h>
#include <seccomp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <type_traits>

#include "impl/adaptive_mutex.h"
#include "impl/error_checking_mutex.h"
#include "impl/interruptible_mutex.h"
#include "impl/linux/futex.h"
#include "impl/mcs_mutex.h"
#include "impl/mutex.h"
#include "impl/pi_mutex.h"
#include "impl/recursive_mutex.h"
#include "impl/robust_pi_mutex.h"
#include "impl/ticket_mutex.h"
#include "tests/asleep.h"
#include "tests/processes.h"

namespace {

std::atomic<int> private_calls{0};
std::atomic<int> shared_calls{0};

// The next that many private calls wait for each other, and the last of them is then answered ENOSYS. The waiting is done without a
// futex: std::barrier would call syscall() itself.
std::atomic<int> meeting_of_probes{0};

long kernel(long number, const long (&a)[6]) {
#if defined(__x86_64__)
  long result;
  register long r10 asm("r10") = a[3];
  register long r8 asm("r8") = a[4];
  register long r9 asm("r9") = a[5];
  asm volatile("syscall"
               : "=a"(result)
               : "a"(number), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r9)
               : "rcx", "r11", "memory");
  return result;
#elif defined(__aarch64__)
  register long x8 asm("x8") = number;
  register long x0 asm("x0") = a[0];
  register long x1 asm("x1") = a[1];
  register long x2 asm("x2") = a[2];
  register long x3 asm("x3") = a[3];
  register long x4 asm("x4") = a[4];
  register long x5 asm("x5") = a[5];
  asm volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
  return x0;
#endif
}

}  // namespace

// In place of the C library's: the linker takes the program's own first.
extern "C" long syscall(long number, ...) noexcept {
  va_list list;
  va_start(list, number);
  long a[6];
  for (long& x : a) x = va_arg(list, long);
  va_end(list);
  if (number == SYS_futex) {
    const bool is_private = (a[1] & FUTEX_PRIVATE_FLAG) != 0;
    (is_private ? private_calls : shared_calls).fetch_add(1);
    if (is_private && meeting_of_probes.load() > 0) {
      const bool refuse = meeting_of_probes.fetch_sub(1) == 1;
      while (meeting_of_probes.load() > 0) std::this_thread::yield();
      if (refuse) {
        errno = ENOSYS;
        return -1;
      }
    }
  }
  if (number == SYS_futex_waitv && a[0] != 0) {
    const auto* const first = reinterpret_cast<const ::futex_waitv*>(a[0]);
    ((first->flags & FUTEX_PRIVATE_FLAG) != 0 ? private_calls : shared_calls).fetch_add(1);
  }
  const long result = kernel(number, a);
  if (result >= 0 || result < -4095) return result;
  errno = static_cast<int>(-result);
  return -1;
}

namespace holdfast {
namespace {

using namespace std::chrono_literals;

enum child_status : int { good, no_filter, wrong };

// From now on every thread of this process gets ENOSYS for the system call, or for those of it that the condition is true of.
template <class... Conditions>
bool refuse(int call, Conditions... conditions) {
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  if (filter == nullptr) return false;
  const bool loaded = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1) == 0 &&
                      seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), call, sizeof...(conditions), conditions...) == 0 &&
                      seccomp_load(filter) == 0;
  seccomp_release(filter);
  return loaded;
}

bool refuse_waitv() { return refuse(SYS_futex_waitv) && syscall(SYS_futex_waitv, nullptr, 0, 0, nullptr, 0) == -1 && errno == ENOSYS; }

// Of the futex operations, those with the private flag.
bool refuse_private_futexes() {
  const bool refused = refuse(SYS_futex, SCMP_A1(SCMP_CMP_MASKED_EQ, FUTEX_PRIVATE_FLAG, FUTEX_PRIVATE_FLAG));
  std::uint32_t word = 0;
  return refused && syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0) == -1 && errno == ENOSYS;
}

template <class Body>
int in_child(Body body) {
  const int status = await_child(fork_child(body));
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// Here the C library must not meet a contended lock of its own: it does not bear the refusal. So the threads exist before the filter, which
// is for all of them, only use the mutex under it, and end with the process.
template <class Lock>
struct ordinary {
  void lock() { static_cast<void>(lock_.lock()); }
  void unlock() { static_cast<void>(lock_.unlock()); }
  Lock lock_;
};
struct with_nodes {
  void lock() { lock_.lock(node); }
  void unlock() { lock_.unlock(node); }
  mcs_mutex lock_;
  static inline thread_local mcs_mutex::node node;
};

template <class Lock>
class EnosysLock : public testing::Test {};
using locks = testing::Types<ordinary<mutex>, ordinary<adaptive_mutex>, ordinary<error_checking_mutex>, ordinary<interruptible_mutex>,
                             ordinary<pi_mutex>, ordinary<recursive_mutex>, ordinary<robust_pi_mutex>, ordinary<ticket_mutex>, with_nodes>;
class lock_names {
 public:
  template <class T>
  static std::string GetName(int i) {
    constexpr const char* names[] = {"mutex",  "adaptive", "error_checking", "interruptible", "pi", "recursive", "robust_pi",
                                     "ticket", "mcs"};
    return names[i];
  }
};
TYPED_TEST_SUITE(EnosysLock, locks, lock_names);

TYPED_TEST(EnosysLock, ContendedThreadsGetTheirTurns) {
  EXPECT_EQ(in_child([] {
              TypeParam m;
              m.lock();
              int counter = 0;
              std::atomic<bool> filtered{false};
              std::atomic<int> finished{0};
              std::array<sleeper, 4> waiters;
              for (sleeper& waiter : waiters) {
                std::thread([&] {
                  while (!filtered) std::this_thread::yield();
                  waiter.is_me();
                  for (int i = 0; i < 500; ++i) {
                    m.lock();
                    ++counter;
                    m.unlock();
                  }
                  ++finished;
                  for (;;) ::pause();
                }).detach();
              }
              if (!refuse_private_futexes()) return no_filter;
              filtered = true;
              for (const sleeper& waiter : waiters) waiter.await_sleep();
              m.unlock();
              while (finished < 4) std::this_thread::yield();
              return counter == 2000 ? good : wrong;
            }),
            good);
}

// What sleeps on a word and has no lock around it: the thread returns what ended its sleep.
struct bare_sleeper {
  explicit bare_sleeper(std::uint32_t bitset = every_bit)
      : bare_sleeper(
            [this, bitset] { return static_cast<int>(futex_wait(&word, 0, scope::process_private, linux_deadline::never(), bitset)); }) {}
  template <class Sleep>
  requires std::is_invocable_r_v<int, Sleep>
  explicit bare_sleeper(Sleep sleeps) {
    std::thread([this, sleeps] {
      while (!go) std::this_thread::yield();
      me.is_me();
      result = sleeps();
      for (;;) ::pause();
    }).detach();
  }
  void sleep() {
    go = true;
    me.await_sleep();
  }
  void await_wake() const {
    while (result < 0) std::this_thread::yield();
  }

  std::uint32_t word = 0;
  std::atomic<bool> go{false};
  std::atomic<int> result{-1};
  sleeper me;
};

TEST(Enosys, ABitsetFindsTheSleeperThatHasABitOfIt) {
  EXPECT_EQ(in_child([] {
              bare_sleeper s(4);
              if (!refuse_private_futexes()) return no_filter;
              s.sleep();
              if (futex_wake(&s.word, everyone, scope::process_private, 3) != 0) return wrong;
              if (futex_wake(&s.word, everyone, scope::process_private, 6) != 1) return wrong;
              s.await_wake();
              return s.result == static_cast<int>(wait_result::woken) ? good : wrong;
            }),
            good);
}

TEST(Enosys, ARequeuedSleeperIsFoundOnTheOtherWord) {
  EXPECT_EQ(in_child([] {
              bare_sleeper s;
              std::uint32_t other = 0;
              if (!refuse_private_futexes()) return no_filter;
              s.sleep();
              if (!futex_requeue(&s.word, 0, 0, 1, &other, scope::process_private)) return wrong;
              if (futex_wake(&s.word, everyone, scope::process_private) != 0) return wrong;
              if (futex_wake(&other, everyone, scope::process_private) != 1) return wrong;
              s.await_wake();
              return s.result == static_cast<int>(wait_result::woken) ? good : wrong;
            }),
            good);
}

// Private words in the set are those of the other calls, whose flag is dropped.
TEST(Enosys, ASleeperOnSeveralWordsIsFoundOnEach) {
  for (const int which : {0, 1}) {
    EXPECT_EQ(in_child([which] {
                std::array<std::uint32_t, 2> words{};
                bare_sleeper s([&words] {
                  const futex_awaited all[] = {{&words[0], 0}, {&words[1], 0}};
                  const any_result r = futex_wait_any(all, scope::process_private, linux_deadline::never());
                  return r.why == wait_result::woken ? static_cast<int>(r.index) : 99;
                });
                if (!refuse_private_futexes()) return no_filter;
                s.sleep();
                if (futex_wake(&words[static_cast<std::size_t>(which)], everyone, scope::process_private) != 1) return wrong;
                s.await_wake();
                return s.result == which ? good : wrong;
              }),
              good)
        << which;
  }
}

void wait_on_changed(const std::uint32_t* word, scope who) {
  const futex_awaited changed{word, *word + 1};
  futex_wait_any({&changed, 1}, who, linux_deadline::never());
}

constexpr word_change no_change{word_change::update::add, 0, word_change::test::equal, 0};

// Of every operation, whichever comes first takes the decision before it is performed.
TEST(Enosys, TheFirstCallMayBeAnyOperation) {
  constexpr auto ask = +[](int which, std::uint32_t* word) {
    switch (which) {
      case 0: futex_wait(word, 1, scope::process_private, linux_deadline::never()); break;
      case 1: futex_wait(word, 1, scope::process_private, linux_deadline::never(), 2); break;
      case 2: futex_wake(word, 1, scope::process_private); break;
      case 3: futex_wake(word, 1, scope::process_private, 2); break;
      case 4: futex_requeue(word, 0, 1, 1, word, scope::process_private); break;
      case 5: futex_wake_op(word, 1, word, 1, no_change, scope::process_private); break;
      case 6: wait_on_changed(word, scope::process_private); break;
    }
  };
  for (int first = 0; first < 7; ++first) {
    EXPECT_EQ(in_child([&] {
                if (!refuse_private_futexes()) return no_filter;
                private_calls = shared_calls = 0;
                std::uint32_t word = 0;
                for (int n = 0; n < 7; ++n) ask((first + n) % 7, &word);
                return private_calls == 1 && shared_calls == 7 ? good : wrong;
              }),
              good)
        << first;
  }
}

TEST(Enosys, ATimedLockGivesUp) {
  EXPECT_EQ(in_child([] {
              if (!refuse_private_futexes()) return no_filter;
              mutex m;
              m.lock();
              const auto until = std::chrono::steady_clock::now() + 1ms;
              return !m.try_lock_until(until) && std::chrono::steady_clock::now() >= until ? good : wrong;
            }),
            good);
}

TEST(Enosys, TheKernelIsAskedOnce) {
  EXPECT_EQ(in_child([] {
              if (!refuse_private_futexes()) return no_filter;
              private_calls = shared_calls = 0;
              std::uint32_t word = 0;
              futex_wake(&word, 1, scope::process_private);
              futex_wait(&word, 1, scope::process_private, linux_deadline::never());
              futex_requeue(&word, 1, 1, 1, &word, scope::process_private);
              return private_calls == 1 && shared_calls == 3 ? good : wrong;
            }),
            good);
}

TEST(Enosys, AKernelThatKnowsTheFlagIsAskedOnceToo) {
  EXPECT_EQ(in_child([] {
              private_calls = shared_calls = 0;
              std::uint32_t word = 0;
              futex_wake(&word, 1, scope::process_private);
              futex_wait(&word, 1, scope::process_private, linux_deadline::never());
              futex_requeue(&word, 1, 1, 1, &word, scope::process_private);
              return private_calls == 4 && shared_calls == 0 ? good : wrong;
            }),
            good);
}

TEST(Enosys, SharedOperationsDoNotAsk) {
  EXPECT_EQ(in_child([] {
              private_calls = 0;
              std::uint32_t word = 0;
              futex_wake(&word, 1, scope::process_shared);
              return private_calls == 0 ? good : wrong;
            }),
            good);
}

TEST(Enosys, ThreadsThatAreAnsweredDifferentlyAgreeAllTheSame) {
  EXPECT_EQ(in_child([] {
              meeting_of_probes = 2;
              std::uint32_t word = 0;
              const auto ask = [&] { futex_wake(&word, 1, scope::process_private); };
              std::thread other(ask);
              ask();
              other.join();
              // Whatever they decided, neither sleeps or wakes otherwise from now on: all one, or all the other.
              private_calls = shared_calls = 0;
              std::thread again([&] { ask(), ask(); });
              again.join();
              ask();
              const bool agree = private_calls + shared_calls == 3 && (private_calls == 0 || shared_calls == 0);
              return agree ? good : wrong;
            }),
            good);
}

TEST(Enosys, ThreadsThatAreAnsweredDifferentlyUseOneFlagForTheirFirstCallToo) {
  EXPECT_EQ(in_child([] {
              meeting_of_probes = 2;
              private_calls = shared_calls = 0;
              std::uint32_t word = 0;
              const auto ask = [&] { futex_wake(&word, 1, scope::process_private); };
              std::thread other(ask);
              ask();
              other.join();
              // Two probes, then the two calls themselves.
              const bool agree = (private_calls == 4 && shared_calls == 0) || (private_calls == 2 && shared_calls == 2);
              return agree ? good : wrong;
            }),
            good);
}

// Before Linux 5.16 there is none, and nothing takes its place.
TEST(EnosysDeathTest, AWaitOnSeveralWordsEndsTheProgramWhereTheKernelHasNone) {
  for (const scope who : {scope::process_private, scope::process_shared}) {
    EXPECT_EXIT(
        {
          const std::uint32_t word = 0;
          if (refuse_waitv()) wait_on_changed(&word, who);
        },
        testing::KilledBySignal(SIGABRT),
        "^holdfast: futex_waitv failed with errno 38 \\(ENOSYS: the kernel or a sandbox refuses it\\)\n$");
  }
}

// That it is missing says nothing of the private flag.
TEST(Enosys, WhereTheKernelHasNoWaitOnSeveralWordsTheOthersAreAsEver) {
  EXPECT_EQ(in_child([] {
              bare_sleeper s;
              if (!refuse_waitv()) return no_filter;
              private_calls = shared_calls = 0;
              s.sleep();
              if (futex_wake(&s.word, 1, scope::process_private) != 1 || shared_calls != 0) return wrong;
              s.await_wake();
              return s.result == static_cast<int>(wait_result::woken) ? good : wrong;
            }),
            good);
}

TEST(EnosysDeathTest, ARefusalAfterTheDecisionEndsTheProgram) {
  EXPECT_EXIT(
      {
        std::uint32_t word = 0;
        futex_wake(&word, 1, scope::process_private);
        if (refuse_private_futexes()) futex_wake(&word, 1, scope::process_private);
      },
      testing::KilledBySignal(SIGABRT), "^holdfast: futex wake failed with errno 38 \\(ENOSYS: the kernel or a sandbox refuses it\\)\n$");
}

}  // namespace
}  // namespace holdfast
