#include "checker/cli/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "checker/cli/usage_error.h"

namespace holdfast::checker {
namespace {

namespace fs = std::filesystem;

usage_error cannot_write(const std::string& path, int error) {
  const char* advice =
      error == ENOSPC || error == EDQUOT || error == EFBIG ? "make room" : "name a file in a folder that exists and that you may write to";
  return usage_error(fmt::format("cannot write {}: {}; {}", path, std::strerror(error), advice));
}

// 0 or the error.
int write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(file, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return 0;
}

// The file itself, not a link to it: a rename would replace the link.
fs::path resolved(const std::string& path) {
  std::error_code error;
  const fs::path target = fs::weakly_canonical(path, error);
  return error ? fs::path(path) : target;
}

bool is_special(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  return fs::exists(status) && !fs::is_regular_file(status);
}

void write_special(const fs::path& path, const std::string& name, std::string_view text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (file < 0) throw cannot_write(name, errno);
  const int error = write_all(file, text);
  ::close(file);
  if (error == EPIPE) throw broken_pipe{};
  if (error != 0) throw cannot_write(name, error);
}

// As open(2) would have given it; mkstemp gives 0600.
mode_t mode_for(const fs::path& path) {
  struct stat there = {};
  if (::stat(path.c_str(), &there) == 0) return there.st_mode & 0777;
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666 & ~mask;
}

}  // namespace

std::string from_where_the_user_stands(const std::string& name) {
  const char* stands = std::getenv("BUILD_WORKING_DIRECTORY");
  if (name.empty() || stands == nullptr || fs::path(name).is_absolute()) return name;
  return (fs::path(stands) / name).string();
}

void require_writable(const std::string& path) {
  const fs::path target = resolved(path);
  std::error_code ignored;
  if (fs::is_directory(target, ignored)) throw cannot_write(path, EISDIR);
  if (fs::exists(target, ignored) && ::access(target.c_str(), W_OK) != 0) {
    throw cannot_write(path, errno);
  }
  if (is_special(target)) return;
  const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
  if (!fs::is_directory(folder, ignored)) {
    throw cannot_write(path, fs::exists(folder, ignored) ? ENOTDIR : ENOENT);
  }
  if (::access(folder.c_str(), W_OK | X_OK) != 0) throw cannot_write(path, errno);
}

void write_whole(const std::string& path, std::string_view text) {
  const fs::path target = resolved(path);
  if (is_special(target)) return write_special(target, path, text);
  std::string temporary = target.string() + ".XXXXXX";
  const int file = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (file < 0) throw cannot_write(path, errno);
  int error = write_all(file, text);
  if (error == 0 && ::fchmod(file, mode_for(target)) != 0) error = errno;
  if (::close(file) != 0 && error == 0) error = errno;
  if (error == 0 && ::rename(temporary.c_str(), target.c_str()) != 0) error = errno;
  if (error == 0) return;
  ::unlink(temporary.c_str());
  throw cannot_write(path, error);
}

std::string read_whole(const std::string& path, const std::string& advice, std::size_t most) {
  const auto cannot = [&](int error) { return usage_error(fmt::format("cannot read {}: {}; {}", path, std::strerror(error), advice)); };
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) throw cannot(errno);
  std::string text;
  char buffer[1 << 16];
  while (text.size() < most) {
    const ssize_t n = ::read(file, buffer, std::min(sizeof buffer, most - text.size()));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      const int error = errno;
      ::close(file);
      throw cannot(error);
    }
    if (n == 0) break;
    text.append(buffer, static_cast<std::size_t>(n));
  }
  ::close(file);
  return text;
}

std::string beginning_of_file(const std::string& path, std::size_t bytes) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored) ? read_whole(path, "name another file", bytes) : "";
}

bool remove_file(const std::string& path) {
  const fs::path target = resolved(path);
  std::error_code error;
  if (!fs::is_regular_file(target, error)) return false;
  if (fs::remove(target, error); error) throw usage_error(fmt::format("cannot remove {}: {}; remove it by hand", path, error.message()));
  return true;
}

void require_folder(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (!error && !fs::is_directory(path)) error = std::make_error_code(std::errc::not_a_directory);
  if (!error && ::access(path.c_str(), W_OK | X_OK) != 0) error.assign(errno, std::generic_category());
  if (!error) return;
  throw usage_error(fmt::format("cannot use the folder {}: {}; name one that you may write to", path, std::strerror(error.value())));
}

void write_to_stdout(std::string_view text) {
  const int error = write_all(STDOUT_FILENO, text);
  if (error == EPIPE) throw broken_pipe{};
  if (error != 0) throw cannot_write("the results to standard output", error);
}

}  // namespace holdfast::checker
