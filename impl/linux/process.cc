#include "impl/linux/process.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstring>

namespace holdfast {
namespace process_detail {

constinit thread_local std::uint32_t known_thread_id = 0;

namespace {

// False until this file's initialisers have run; an id asked for before that is not kept.
const bool forgotten_at_fork = ::pthread_atfork(nullptr, nullptr, [] { known_thread_id = 0; }) == 0;

}  // namespace

std::uint32_t ask_thread_id() noexcept {
  const auto id = static_cast<std::uint32_t>(::syscall(SYS_gettid));
  if (forgotten_at_fork) known_thread_id = id;
  return id;
}

}  // namespace process_detail

void misuse(const char* what) noexcept {
  char prefix[] = "holdfast: ";
  char end[] = "\n";
  // One call, so that lines of several threads do not mix.
  const ::iovec line[] = {{prefix, std::strlen(prefix)}, {const_cast<char*>(what), std::strlen(what)}, {end, 1}};
  if (::writev(STDERR_FILENO, line, 3) < 0) {
    // Nowhere to say it.
  }
  ::abort();
}

}  // namespace holdfast
