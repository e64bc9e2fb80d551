#include "checker/litmus/fate.h"

#include <utility>

#include "checker/litmus/executable.h"
#include "checker/litmus/interpreter.h"

namespace holdfast::checker::litmus {
namespace {

// Thrown where the thread goes no further.
struct stop {
  ending how;
  position at;
};

class replaying_machine final : public machine {
 public:
  replaying_machine(const graph::thread_tree& tree, graph::node_id at) {
    for (graph::node_id n = at; tree.at(n).parent != graph::no_node; n = tree.at(n).parent) replies_.push_back(tree.at(n).by);
  }

  std::uint64_t load(std::size_t, order, const position&) override { return next().value; }
  void store(std::size_t, std::uint64_t, order, const position&) override { next(); }
  std::uint64_t read_modify_write(std::size_t, update, std::uint64_t, order, const position&) override { return next().value; }
  bool compare_exchange(std::size_t, std::uint64_t& expected, std::uint64_t, order, order, bool, const position&) override {
    const graph::reply r = next();
    if (r.status == 1) return true;
    expected = r.value;
    return false;
  }
  void fence(order, const position&) override { next(); }
  std::uint64_t plain_load(std::size_t, const position&) override { return next().value; }
  void plain_store(std::size_t, std::uint64_t, const position&) override { next(); }
  void expect(bool holds, std::string_view text, const position& at) override {
    if (!holds) failures.push_back({at, text});
  }
  void assume(bool holds, const position& at) override {
    if (!holds) throw stop{ending::abandoned, at};
  }
  void repeat(const position& at) override {
    if (++idle_rounds_ == most_idle_rounds) throw stop{ending::idles, at};
  }

  std::vector<failed_assertion> failures;

 private:
  graph::reply next() {
    idle_rounds_ = 0;
    if (replies_.empty()) throw stop{ending::waits, {}};
    const graph::reply r = replies_.back();
    replies_.pop_back();
    return r;
  }

  std::vector<graph::reply> replies_;  // the first is the last
  std::uint32_t idle_rounds_ = 0;
};

}  // namespace

fate fate_of(const program& p, std::size_t thread, const graph::thread_tree& tree, graph::node_id at) {
  replaying_machine on(tree, at);
  fate f;
  f.registers.resize(p.threads[thread].locals.size());
  try {
    run_thread(p, thread, on, f.registers);
    f.how = ending::ended;
  } catch (const stop& s) {
    f.how = s.how;
    f.at = s.at;
  }
  f.failures = std::move(on.failures);
  return f;
}

}  // namespace holdfast::checker::litmus
