#include "checker/cli/output.h"

#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <utility>

#include "checker/cli/files.h"
#include "checker/cli/interrupt.h"
#include "checker/cli/reproduce.h"
#include "checker/report/json.h"
#include "checker/report/junit.h"

namespace holdfast::checker {
namespace {

bool wants_colour(const output_options& options) {
  const char* no_colour = std::getenv("NO_COLOR");
  const bool is_refused = no_colour != nullptr && *no_colour != '\0';
  return options.file.empty() && !is_refused && isatty(STDOUT_FILENO) == 1;
}

}  // namespace

std::string holdfast_command() {
  const char* command = std::getenv("HOLDFAST_COMMAND");
  return command != nullptr && *command != '\0' ? command : "bazel run //:holdfast --";
}

output::output(output_options options, const check_list& checks, const run_options& run)
    : options_(std::move(options)), checks_(checks), run_(run), table_(wants_colour(options_)) {
  if (!options_.file.empty()) require_writable(options_.file);
  for (const check* c : checks) {
    table_.make_room(c->name, c->mutant, c->threads, c->kind == check_kind::proof);
  }
}

void output::emit(const std::string& text) {
  if (options_.file.empty()) return write_to_stdout(text);
  text_ += text;
}

void output::add(const result& r) {
  if (options_.format != output_format::text) return;
  std::string text = table_.line(r);
  const bool is_asked_for = (options_.verbose || options_.execution) && r.found.has_value();
  if (!r.as_expected || is_asked_for) text += reproducible(report(r, holdfast_command()), checks_, run_);
  if (options_.execution && r.found) text += execution(*r.found);
  emit(text);
}

void output::finish(const run_outcome& outcome) {
  switch (options_.format) {
    case output_format::text: emit(summary(outcome.results, outcome.not_run)); break;
    case output_format::json: emit(to_json(outcome.results, outcome.not_run)); break;
    case output_format::junit: emit(reproducible(to_junit(outcome.results, outcome.not_run, holdfast_command()), checks_, run_)); break;
  }
  if (!options_.file.empty()) write_whole(options_.file, text_);
}

int run_and_report(const check_list& checks, const run_options& options, const output_options& form) {
  output out(form, checks, options);
  watch_for(SIGINT);
  const run_outcome outcome = run_all(checks, options, [&](const result& r) { out.add(r); });
  out.finish(outcome);
  return status_of(outcome);
}

}  // namespace holdfast::checker
