// progress_line: one line on stderr that says how far the running check is; only on a terminal, and gone before results print.
#ifndef HOLDFAST_CHECKER_CLI_PROGRESS_LINE_H_
#define HOLDFAST_CHECKER_CLI_PROGRESS_LINE_H_

#include <chrono>
#include <cstddef>
#include <string>

#include "checker/check.h"

namespace holdfast::checker {

// "3 of 41  mutex/handoff [u2_dropped]  12,304 of about 10^5  410,000/s"
std::string progress_text(const check& c, std::size_t position, std::size_t of, const progress& p);

class progress_line {
 public:
  progress_line();  // on if stderr is a terminal
  ~progress_line() { erase(); }
  progress_line(const progress_line&) = delete;
  progress_line& operator=(const progress_line&) = delete;

  bool is_on() const { return is_on_; }
  void show(const std::string& text);  // at most ten times a second
  void erase();

 private:
  bool is_on_;
  bool is_shown_ = false;
  std::chrono::steady_clock::time_point last_{};
};

}  // namespace holdfast::checker

#endif  // HOLDFAST_CHECKER_CLI_PROGRESS_LINE_H_
