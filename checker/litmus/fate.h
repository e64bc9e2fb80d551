// fate: what has become of a thread of a litmus test, by running it again on the replies that it had from the engine.
#ifndef HOLDFAST_CHECKER_LITMUS_FATE_H_
#define HOLDFAST_CHECKER_LITMUS_FATE_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "checker/graph/request.h"
#include "checker/litmus/program.h"

namespace holdfast::checker::litmus {

enum class ending : std::uint8_t {
  ended,
  waits,      // for a reply
  abandoned,  // what it assumes does not hold
  idles       // a loop goes round without an access, too often
};

struct failed_assertion {
  position at;
  std::string_view text;  // lives as long as the program
};

struct fate {
  ending how = ending::waits;
  position at;                           // where it idles
  std::vector<std::uint64_t> registers;  // as run_thread gives them, if it has ended
  std::vector<failed_assertion> failures;
};

// REQUIRES: the node is one of this thread, whose code is an executable's.
fate fate_of(const program& p, std::size_t thread, const graph::thread_tree& tree, graph::node_id at);

}  // namespace holdfast::checker::litmus

#endif  // HOLDFAST_CHECKER_LITMUS_FATE_H_
