// asleep: a handshake with a thread that is to sleep in the kernel, without guessing how long that takes.
//
// The kernel says so: the thread's state is S and the system call it is in is futex.
#ifndef HOLDFAST_TESTS_ASLEEP_H_
#define HOLDFAST_TESTS_ASLEEP_H_

#include <sys/syscall.h>
#include <sys/types.h>

#include <atomic>
#include <chrono>

namespace holdfast {

// Whether the thread sleeps in futex(2) now.
bool sleeps_in_futex(pid_t process, pid_t thread);

// Returns once the thread sleeps in futex(2).
void await_sleep_of(pid_t process, pid_t thread);

// Of processes with one thread: whether it sleeps in futex(2) now, comes to sleep there (no if it ends), or sleeps there all that time. The
// last is for what the kernel's state cannot show: that nothing is still on its way.
bool asleep(pid_t process);
bool falls_asleep(pid_t process);
bool stays_asleep(pid_t process, std::chrono::milliseconds time);

// The thread that is to sleep calls is_me(); then another can wait for it to sleep.
class sleeper {
 public:
  void is_me();
  void await_sleep() const;

 private:
  std::atomic<pid_t> thread_{0};
};

}  // namespace holdfast

#endif  // HOLDFAST_TESTS_ASLEEP_H_
