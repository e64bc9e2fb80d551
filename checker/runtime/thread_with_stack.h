// thread_with_stack: a thread that can recurse deeply; std::thread cannot be given a stack.
#ifndef HOLDFAST_CHECKER_RUNTIME_THREAD_WITH_STACK_H_
#define HOLDFAST_CHECKER_RUNTIME_THREAD_WITH_STACK_H_

#include <pthread.h>

#include <cstddef>
#include <functional>
#include <stdexcept>
#include <utility>

namespace holdfast::checker::runtime {

// A visit is recursive: a level for each event on the way to an execution, revisits included.
constexpr std::size_t stack_bytes = std::size_t{256} << 20;

class thread_with_stack {
 public:
  explicit thread_with_stack(std::function<void()> body) : body_(std::move(body)) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, stack_bytes);
    const int error = pthread_create(&id_, &attributes, &run, this);
    pthread_attr_destroy(&attributes);
    if (error != 0) throw std::runtime_error("no thread can be started");
  }
  ~thread_with_stack() { pthread_join(id_, nullptr); }
  thread_with_stack(const thread_with_stack&) = delete;
  thread_with_stack& operator=(const thread_with_stack&) = delete;

 private:
  static void* run(void* self) {
    static_cast<thread_with_stack*>(self)->body_();
    return nullptr;
  }
  std::function<void()> body_;
  pthread_t id_{};
};

}  // namespace holdfast::checker::runtime

#endif  // HOLDFAST_CHECKER_RUNTIME_THREAD_WITH_STACK_H_
