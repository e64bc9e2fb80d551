// saved_search: --save and --resume: what is left of a search that was stopped, in a file.
#ifndef HOLDFAST_CHECKER_CLI_SAVED_SEARCH_H_
#define HOLDFAST_CHECKER_CLI_SAVED_SEARCH_H_

#include <optional>
#include <string>

#include "checker/check.h"
#include "checker/cli/usage_error.h"

namespace holdfast::checker {

class saved_search {
 public:
  // Names as they were typed; empty: not asked for. Throws usage_error if --resume cannot be read, or if --save cannot be written or would
  // overwrite something else: before the search.
  saved_search(std::string save, std::string resume);
  saved_search(const saved_search&) = delete;
  saved_search& operator=(const saved_search&) = delete;

  bool is_asked_for() const { return !save_.empty() || !resume_.empty(); }

  // Has the search resumed, and what is left of it written as soon as it ends, whatever becomes of its results. The options must not outlive
  // this.
  void attach(run_options& options);
  usage_error refusal(const unusable_frontier& why) const;

  // Says on standard error what has become of the file; `command` runs the search. Of a search that came to its end nothing is left: a
  // file from before is gone, so that it is not resumed by mistake. Throws usage_error if the file could not be written.
  void conclude(const std::string& command) const;

 private:
  enum class fate { untouched, written, nothing_left, removed };

  void keep(const std::string& left);

  std::string save_;
  std::string resume_;
  std::string resumed_;
  fate fate_ = fate::untouched;
  std::optional<usage_error> failure_;
};

}  // namespace holdfast::checker

#endif  // HOLDFAST_CHECKER_CLI_SAVED_SEARCH_H_
