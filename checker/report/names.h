// names: what verdicts and kinds of violation are called, for readers and in JSON.
#ifndef HOLDFAST_CHECKER_REPORT_NAMES_H_
#define HOLDFAST_CHECKER_REPORT_NAMES_H_

#include <optional>
#include <string>
#include <string_view>

#include "checker/report/record.h"

namespace holdfast::checker {

// As a reader sees them: "VERIFIED", "data race".
std::string_view text_of(verdict v);
std::string_view text_of(violation_kind k);

// As JSON has them: "verified", "data_race"; empty if there is no such key.
std::string_view key_of(verdict v);
std::string_view key_of(violation_kind k);
std::optional<verdict> verdict_from_key(std::string_view key);
std::optional<violation_kind> violation_kind_from_key(std::string_view key);

// "data race on `count`"
std::string text_of(violation_kind k, std::string_view object);

}  // namespace holdfast::checker

#endif  // HOLDFAST_CHECKER_REPORT_NAMES_H_
