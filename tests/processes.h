// processes: objects in memory that forked processes share, and the processes.
#ifndef HOLDFAST_TESTS_PROCESSES_H_
#define HOLDFAST_TESTS_PROCESSES_H_

#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <new>
#include <type_traits>
#include <utility>

namespace holdfast {

// A T at the end of fresh pages that this process and its future children share.
template <class T>
class shared_object {
 public:
  template <class... Args>
  explicit shared_object(Args&&... args) {
    static_assert(std::is_trivially_destructible_v<T>);
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    length_ = (sizeof(T) + page - 1) / page * page;
    pages_ = ::mmap(nullptr, length_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (pages_ == MAP_FAILED) std::abort();
    static_assert(sizeof(T) % alignof(T) == 0);
    object_ = ::new (static_cast<char*>(pages_) + (length_ - sizeof(T))) T(std::forward<Args>(args)...);
  }
  ~shared_object() {
    if (pages_ != nullptr) unmap();
  }
  shared_object(const shared_object&) = delete;
  shared_object& operator=(const shared_object&) = delete;

  T& operator*() const { return *object_; }
  T* operator->() const { return object_; }

  // In this process; any use of the object is a fault from now on.
  void unmap() { ::munmap(std::exchange(pages_, nullptr), length_); }

 private:
  void* pages_ = nullptr;
  std::size_t length_ = 0;
  T* object_ = nullptr;
};

// Runs the body in a child process, which ends with the body's result as its status, or with this thread.
template <class Body>
pid_t fork_child(Body body) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::_exit(static_cast<int>(body()));
  }
  if (child < 0) std::abort();
  return child;
}

// As from wait(2): 0 if the child ended with status 0.
inline int await_child(pid_t child) {
  int status = -1;
  ::waitpid(child, &status, 0);
  return status;
}

// A child process that does not outlive this object.
class child_process {
 public:
  template <class Body>
  explicit child_process(Body body) : process_(fork_child(body)) {}
  ~child_process() {
    if (process_ == 0) return;
    ::kill(process_, SIGKILL);
    await();
  }
  child_process(const child_process&) = delete;
  child_process& operator=(const child_process&) = delete;

  pid_t process() const { return process_; }

  // Once; as await_child().
  int await() { return await_child(std::exchange(process_, 0)); }

 private:
  pid_t process_;
};

}  // namespace holdfast

#endif  // HOLDFAST_TESTS_PROCESSES_H_
