// json: the record as a JSON document, and back.
//
//   {"schema": 1, "tool": "holdfast", "not_run": N, "results": [...]}
//
// A result has the members of `result` in record.h under their own names; enumerators are their names. What is empty or absent in
// the record is absent in the document, except `name`, `outcome`, `as_expected`, `executions`, `seconds`, `threads` (0: any number).
//   found.steps[i]             one operation; `thread` counts from 1, `where` is {file, line, function}
//   found.steps[i].reads_from  the index of the step whose write it read: with program order, the execution's graph
//   found.parties              indices into found.steps
//   situations[i].replay       the id of a schedule that reaches it
//   read, written              {value, text}: the number, and its decoding by the word's layout
//   not_run                    how many of the checks asked for were not started
// Readers ignore members that they do not know; a member that changes its meaning or goes changes `schema`.
#ifndef HOLDFAST_CHECKER_REPORT_JSON_H_
#define HOLDFAST_CHECKER_REPORT_JSON_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "checker/report/record.h"

namespace holdfast::checker {

std::string to_json(std::span<const result> results, std::size_t not_run = 0);

struct json_document {
  std::vector<result> results;
  std::size_t not_run = 0;
};

// Throws std::runtime_error, with one line, if the text is not such a document or is of another schema.
json_document from_json(std::string_view text);

}  // namespace holdfast::checker

#endif  // HOLDFAST_CHECKER_REPORT_JSON_H_
