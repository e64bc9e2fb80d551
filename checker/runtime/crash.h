// crash: a crash of the code under test ends its thread and not the program.
#ifndef HOLDFAST_CHECKER_RUNTIME_CRASH_H_
#define HOLDFAST_CHECKER_RUNTIME_CRASH_H_

#include <csetjmp>

namespace holdfast::checker::runtime {

// While one lives, a fault of its thread continues where sigsetjmp(where(), 1) was called, with a value other than 0. They nest.
class crash_point {
 public:
  crash_point();
  ~crash_point();
  crash_point(const crash_point&) = delete;
  crash_point& operator=(const crash_point&) = delete;

  sigjmp_buf& where() { return where_; }
  // Called by the handler: does not return.
  [[noreturn]] void take(int signal, const void* address);
  // After a fault.
  const void* address() const { return address_; }
  const char* signal_name() const;

 private:
  sigjmp_buf where_;
  crash_point* outer_;
  const void* volatile address_ = nullptr;
  volatile int signal_ = 0;
};

}  // namespace holdfast::checker::runtime

#endif  // HOLDFAST_CHECKER_RUNTIME_CRASH_H_
