#include "checker/cli/progress_line.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cmath>
#include <cstdint>
#include <cstdio>

#include "checker/report/text.h"

namespace holdfast::checker {
namespace {

// A line that wraps cannot be erased.
std::size_t columns() {
  winsize size = {};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 2) return 79;
  return size.ws_col - 1u;
}

}  // namespace

std::string progress_text(const check& c, std::size_t position, std::size_t of, const progress& p) {
  std::string text = fmt::format("{} of {}  {}  {}", position, of, display_name(c.name, c.mutant), magnitude(p.explored));
  const double explored = static_cast<double>(p.explored);
  if (p.total && *p.total >= explored && *p.total >= 1) {
    text += fmt::format(" of about 10^{:.0f}", std::round(std::log10(*p.total)));
  }
  if (p.seconds > 0) {
    text += fmt::format("  {}/s", magnitude(static_cast<std::uint64_t>(explored / p.seconds)));
  }
  return text;
}

progress_line::progress_line() : is_on_(isatty(STDERR_FILENO) == 1) {}

void progress_line::show(const std::string& text) {
  if (!is_on_) return;
  const auto now = std::chrono::steady_clock::now();
  if (is_shown_ && now - last_ < std::chrono::milliseconds(100)) return;
  last_ = now;
  is_shown_ = true;
  fmt::print(stderr, "\r\x1b[K{}", text.substr(0, columns()));
  std::fflush(stderr);
}

void progress_line::erase() {
  if (!is_shown_) return;
  is_shown_ = false;
  fmt::print(stderr, "\r\x1b[K");
  std::fflush(stderr);
}

}  // namespace holdfast::checker
