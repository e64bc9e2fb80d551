// stepper: a child process that goes on one instruction at a time, by ptrace(2), and can be killed between any two of them.
//
//   stepper owner(fork_child([&] {
//     mutex.lock();
//     await_stepper();     // it stops here
//     mutex.unlock();
//     return 0;
//   }));
//   owner.run_until([&] { return is_free(word); });   // of memory that is shared, or: owner.at_system_call(SYS_futex)
//   owner.kill();                                     // no further instruction is executed
//
// Of a child that has one thread, on x86-64; elsewhere refusal() says so. All calls come from the thread that made the stepper. A step over
// a system call lasts as long as the call does; if that sleeps, take the step in its two halves. Signals reach the child, but for those
// that stop it.
#ifndef HOLDFAST_TESTS_STEPPER_H_
#define HOLDFAST_TESTS_STEPPER_H_

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace holdfast {

// The child calls this to be stopped and stepped from here on; it ends here if ptrace is refused.
void await_stepper();

class stepper {
 public:
  // Why children cannot be stepped here; empty if they can.
  static std::string refusal();

  // Returns once the child stops in await_stepper(), or has ended. It does not outlive the stepper, nor this process.
  explicit stepper(pid_t child);
  ~stepper() { kill(); }
  stepper(const stepper&) = delete;
  stepper& operator=(const stepper&) = delete;

  pid_t process() const { return process_; }
  bool ended() const { return ended_; }
  int status() const { return status_; }  // of a child that has ended, as from wait(2)

  // Executes one instruction. False if the child has ended.
  bool step() {
    begin_step();
    return end_step();
  }
  void begin_step();
  bool end_step();

  // Steps until done() holds: false if the child ends first, or does not get there in so many steps.
  template <class Predicate>
  bool run_until(Predicate done, int steps = 100'000) {
    for (int n = 0; !ended_; ++n) {
      if (done()) return true;
      if (n == steps) return false;
      step();
    }
    return false;
  }

  // Lets it go to its end, and returns its status.
  int run();

  // Returns when the kernel has done everything that the death entails, the walk over robust mutexes included.
  void kill();

  // Of the next instruction.
  std::uintptr_t instruction_pointer() const;
  // The same as a place in a file, which is the same in every run: "libc.so.6+0x8da45".
  std::string place() const;
  // Whether it is the call of that number.
  bool at_system_call(long number) const;

 private:
  // Until it stops or ends; false if it has ended.
  bool await_stop();

  pid_t process_;
  int status_ = 0;
  int signal_ = 0;  // to be delivered when it goes on
  bool ended_ = false;
};

}  // namespace holdfast

#endif  // HOLDFAST_TESTS_STEPPER_H_
