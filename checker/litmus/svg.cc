#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "checker/litmus/drawing.h"

namespace holdfast::checker::litmus {
namespace {

// A file in memory, closed at the end.
class scratch_file {
 public:
  explicit scratch_file(const char* name) : file_(::memfd_create(name, MFD_CLOEXEC)) {
    if (file_ < 0) throw drawing_error(fmt::format("cannot make a temporary file: {}", std::strerror(errno)));
  }
  ~scratch_file() { ::close(file_); }
  scratch_file(const scratch_file&) = delete;
  scratch_file& operator=(const scratch_file&) = delete;

  int number() const { return file_; }

  void write(std::string_view text) {
    while (!text.empty()) {
      const ssize_t n = ::write(file_, text.data(), text.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) throw drawing_error(fmt::format("cannot write a temporary file: {}", std::strerror(errno)));
      text.remove_prefix(static_cast<std::size_t>(n));
    }
    ::lseek(file_, 0, SEEK_SET);
  }

  std::string read() {
    ::lseek(file_, 0, SEEK_SET);
    std::string text;
    std::array<char, 4096> some;
    for (;;) {
      const ssize_t n = ::read(file_, some.data(), some.size());
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return text;
      text.append(some.data(), static_cast<std::size_t>(n));
    }
  }

 private:
  int file_;
};

// Runs neato to its end; returns how it ended, as waitpid has it.
int run_neato(const scratch_file& in, const scratch_file& out, const scratch_file& err) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.number(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out.number(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err.number(), STDERR_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  std::string program = "neato";
  std::string keep_positions = "-n2";
  std::string format = "-Tsvg";
  const std::array<char*, 4> arguments = {program.data(), keep_positions.data(), format.data(), nullptr};
  pid_t child = -1;
  const int error = ::posix_spawnp(&child, program.c_str(), &actions, &attributes, arguments.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (error == ENOENT) throw drawing_error("cannot draw: neato is not on PATH; install graphviz (apt-get install graphviz)");
  if (error != 0) throw drawing_error(fmt::format("cannot draw: neato could not be run: {}", std::strerror(error)));
  int how = 0;
  while (::waitpid(child, &how, 0) < 0) {
    if (errno != EINTR) throw drawing_error(fmt::format("cannot draw: neato was lost: {}", std::strerror(errno)));
  }
  return how;
}

}  // namespace

std::string render_svg(std::string_view dot) {
  scratch_file in("dot");
  scratch_file out("svg");
  scratch_file err("messages");
  in.write(dot);
  const int how = run_neato(in, out, err);
  std::string svg = out.read();
  if (WIFEXITED(how) && WEXITSTATUS(how) == 0 && !svg.empty()) return svg;
  const std::string messages = err.read();
  const std::string first = messages.substr(0, messages.find('\n'));
  throw drawing_error(fmt::format("cannot draw: neato failed: {}", first.empty() ? "it says nothing" : first));
}

}  // namespace holdfast::checker::litmus
