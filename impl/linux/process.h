// process: the calling thread's id, and the end of the program on misuse.
#ifndef HOLDFAST_IMPL_LINUX_PROCESS_H_
#define HOLDFAST_IMPL_LINUX_PROCESS_H_

#include <cstdint>

namespace holdfast {
namespace process_detail {

// 0: not asked yet, in this thread or since a fork.
extern constinit thread_local std::uint32_t known_thread_id;

std::uint32_t ask_thread_id() noexcept;

}  // namespace process_detail

// The kernel's id of the calling thread. Asked once per thread and kept.
// A fork leaves the child's only thread with its parent's kept id; a handler of pthread_atfork forgets it. Comparing process ids instead
// would cost as much as asking, since getpid is a system call, too. A child made behind the C library's back (clone or fork called through
// syscall, _Fork) does not run the handler and must not call this.
inline std::uint32_t this_thread_id() noexcept {
  const std::uint32_t known = process_detail::known_thread_id;
  return known != 0 ? known : process_detail::ask_thread_id();
}

// Writes "holdfast: " and the text as one line to the standard error, and aborts. Allocates nothing.
[[noreturn, gnu::cold, gnu::noinline]] void misuse(const char* what) noexcept;

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_LINUX_PROCESS_H_
