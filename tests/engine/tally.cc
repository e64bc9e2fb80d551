#include "tests/engine/tally.h"

#include <vector>

#include "checker/runtime/runner.h"

namespace holdfast::checker {
namespace {

class tallying final : public graph::observer {
 public:
  explicit tallying(std::uint64_t at_most) : at_most_(at_most) {}

  void complete(const graph::graph&) override {
    if (++seen.complete == at_most_) exploring->stop();
  }
  void blocked(const graph::graph&, const std::vector<graph::standing>&) override { ++seen.blocked; }
  void failed(const graph::graph&, const graph::fault&) override {
    seen.failed = true;
    exploring->stop();
  }

  tally seen;
  graph::explorer* exploring = nullptr;

 private:
  std::uint64_t at_most_;
};

}  // namespace

tally tally_of(const exploration& what, const graph::exploration_options& options, std::uint64_t at_most) {
  const auto scenario = what.make();
  runtime::runner running(*scenario, what);
  tallying watching(at_most);
  graph::explorer exploring(running, what.threads, options, watching);
  watching.exploring = &exploring;
  for (;;) {
    exploring.run({});
    if (!exploring.must_restart()) return watching.seen;
    exploring.restart();
    watching.seen = {};
  }
}

}  // namespace holdfast::checker
