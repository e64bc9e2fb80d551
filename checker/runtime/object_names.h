// object_names: what the objects and values of one execution are called.
#ifndef HOLDFAST_CHECKER_RUNTIME_OBJECT_NAMES_H_
#define HOLDFAST_CHECKER_RUNTIME_OBJECT_NAMES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "checker/graph/graph.h"
#include "checker/report/record.h"
#include "checker/runtime/runner.h"

namespace holdfast::checker::runtime {

class object_names {
 public:
  object_names(const graph::graph& g, const runner& running);

  // "count"; "next #2" is the second that was constructed of those with that name.
  const std::string& of(graph::location_id l) const { return names_[l]; }
  // A value of the object. Of a pointer: the object that it points at, "&next #2".
  decoded_word decoded(graph::location_id l, std::uint64_t value) const;

 private:
  std::string pointer(std::uint64_t value) const;

  const graph::graph& g_;
  const runner& running_;
  std::vector<std::string> names_;
};

}  // namespace holdfast::checker::runtime

#endif  // HOLDFAST_CHECKER_RUNTIME_OBJECT_NAMES_H_
