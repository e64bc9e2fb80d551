// output: a run's results in the form that was asked for, to standard output as they arrive or to a file when all are there.
#ifndef HOLDFAST_CHECKER_CLI_OUTPUT_H_
#define HOLDFAST_CHECKER_CLI_OUTPUT_H_

#include <string>

#include "checker/check.h"
#include "checker/cli/run.h"
#include "checker/cli/select.h"
#include "checker/report/text.h"

namespace holdfast::checker {

enum class output_format { text, json, junit };

struct output_options {
  output_format format = output_format::text;
  std::string file;        // empty: standard output
  bool verbose = false;    // reports of the expected violations too
  bool execution = false;  // every step of a violation
};

// What starts holdfast here: HOLDFAST_COMMAND, else `bazel run //:holdfast --`.
std::string holdfast_command();

class output {
 public:
  // `run` is what the checks run with. Throws usage_error if the file cannot be written to.
  output(output_options options, const check_list& checks, const run_options& run = {});

  void add(const result& r);
  void finish(const run_outcome& outcome);

 private:
  void emit(const std::string& text);

  output_options options_;
  check_list checks_;
  run_options run_;
  verdict_table table_;
  std::string text_;  // of the file
};

// Runs the checks until Ctrl-C, with their results put out; gives the exit status.
int run_and_report(const check_list& checks, const run_options& options, const output_options& form);

}  // namespace holdfast::checker

#endif  // HOLDFAST_CHECKER_CLI_OUTPUT_H_
