#include "checker/cli/saved_search.h"

#include <fmt/format.h>

#include <utility>

#include "checker/cli/files.h"
#include "checker/report/text.h"

namespace holdfast::checker {
namespace {

// A slip of the keyboard must not cost somebody a file.
void require_replaceable(const std::string& name) {
  const std::string path = from_where_the_user_stands(name);
  require_writable(path);
  const std::string begins = beginning_of_file(path, frontier_form.size());
  if (begins.empty() || begins == frontier_form) return;
  throw usage_error(fmt::format("{} is there and is not what --save writes: name another file", name));
}

}  // namespace

saved_search::saved_search(std::string save, std::string resume) : save_(std::move(save)), resume_(std::move(resume)) {
  if (!resume_.empty()) {
    resumed_ = read_whole(from_where_the_user_stands(resume_), "name a file that --save wrote, or begin without --resume");
    if (resumed_.empty()) throw usage_error(fmt::format("{} is empty: name a file that --save wrote, or begin without --resume", resume_));
  }
  if (!save_.empty()) require_replaceable(save_);
}

void saved_search::attach(run_options& options) {
  options.resume = resumed_;
  if (!save_.empty()) options.on_left = [this](const std::string& left) { keep(left); };
}

void saved_search::keep(const std::string& left) {
  const std::string path = from_where_the_user_stands(save_);
  try {
    if (left.empty()) {
      fate_ = remove_file(path) ? fate::removed : fate::nothing_left;
    } else {
      write_whole(path, left);
      fate_ = fate::written;
    }
  } catch (const usage_error& e) {
    failure_ = e;
  }
}

usage_error saved_search::refusal(const unusable_frontier& why) const { return usage_error(fmt::format("{} {}", resume_, why.what())); }

void saved_search::conclude(const std::string& command) const {
  if (failure_) throw *failure_;
  switch (fate_) {
    case fate::untouched: return;
    case fate::written:
      return fmt::print(stderr, "holdfast: what is left is in {}; to go on: {} --resume {}\n", save_, command, quoted_for_shell(save_));
    case fate::nothing_left:
      return fmt::print(stderr, "holdfast: the search came to its end: nothing is left, and {} is not written\n", save_);
    case fate::removed: return fmt::print(stderr, "holdfast: the search came to its end: nothing is left, and {} is removed\n", save_);
  }
}

}  // namespace holdfast::checker
