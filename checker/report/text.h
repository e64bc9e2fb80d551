// text: results for a reader at a terminal: one aligned line each, the report of a violation, a whole execution.
#ifndef HOLDFAST_CHECKER_REPORT_TEXT_H_
#define HOLDFAST_CHECKER_REPORT_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "checker/report/record.h"

namespace holdfast::checker {

// "mutex/handoff [u2_dropped]", as a reader sees it, and "mutex/handoff[u2_dropped]", as it is typed.
std::string display_name(std::string_view name, std::string_view mutant);
std::string typed_name(std::string_view name, std::string_view mutant);

std::string thread_count(unsigned threads);  // "2 threads", "any number"
std::string grouped(std::uint64_t n);        // "88,310"
std::string magnitude(std::uint64_t n);      // "88,310", "3.1 M"
std::string quoted_for_shell(std::string_view id);

// Lines of one table. It must know what will be in it before the first line, so that lines can be printed as results arrive.
class verdict_table {
 public:
  explicit verdict_table(bool colour = false) : colour_(colour) {}

  void make_room(std::string_view name, std::string_view mutant, unsigned threads, bool is_proof);
  std::string line(const result& r) const;

 private:
  bool colour_;
  std::size_t name_ = 0;
  std::size_t threads_ = 0;
  std::size_t unit_ = 10;  // "executions"
};

// What a line leaves out: the violation with both parties, the word's history, why the result is not as expected, and what to run
// next. `command` is what starts holdfast where the reader is.
std::string report(const result& r, std::string_view command);

// Every step of the execution, one line each, aligned; the parties are marked.
std::string execution(const violation& found);

// The closing lines: counts, and what the verdicts rest on.
std::string summary(std::span<const result> results, std::size_t not_run);

}  // namespace holdfast::checker

#endif  // HOLDFAST_CHECKER_REPORT_TEXT_H_
