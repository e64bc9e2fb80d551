#include "impl/linux/robust_list.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>

#include "impl/linux/process.h"

namespace holdfast::robust_list_detail {

static_assert(sizeof(void*) == 8, "holdfast: 64-bit Linux only");

constinit thread_local head* known_head = nullptr;

head* ask_head() noexcept {
  head* registered = nullptr;
  std::size_t size = 0;
  if (::syscall(SYS_get_robust_list, 0, &registered, &size) != 0) {
    misuse("robust mutex: get_robust_list is refused (by a sandbox, or a kernel without robust futexes)");
  }
  if (registered == nullptr || size != sizeof(head)) {
    misuse("robust mutex: the C library has registered no robust list for this thread; glibc does, and is needed");
  }
  if (registered->word_offset != word_offset) {
    misuse("robust mutex: the C library's robust list has another layout than glibc's on 64-bit machines, which is needed");
  }
  return known_head = registered;
}

}  // namespace holdfast::robust_list_detail
