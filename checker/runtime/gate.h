// gate: stands between an explorer and its inspector where single executions matter: it lets only so many complete ones pass, and sees
// whether a part of the tree is there. A search that asks for neither has none, since every event passes through it.
#ifndef HOLDFAST_CHECKER_RUNTIME_GATE_H_
#define HOLDFAST_CHECKER_RUNTIME_GATE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>

#include "checker/graph/explorer.h"
#include "checker/runtime/inspector.h"

namespace holdfast::checker::runtime {

// Of all gates of a search together.
struct execution_limit {
  std::optional<std::uint64_t> most;  // none: no limit
  std::uint64_t passed = 0;
  std::mutex lock;  // guards `passed`
};

class gate final : public graph::observer {
 public:
  // `on_limit` is called instead of showing the inspector one execution too many, and stops the explorer. Blocked executions count if
  // `blocked_may_count`: a few of them too many may be held back.
  gate(inspector& behind, execution_limit& limit, bool blocked_may_count, std::function<void()> on_limit)
      : behind_(behind), limit_(limit), blocked_may_count_(blocked_may_count), on_limit_(std::move(on_limit)) {}

  void watch(const graph::explorer& exploring) { exploring_ = &exploring; }
  // Looks out for a node at this depth, the root's being 0.
  void look_for(std::size_t depth) { depth_ = depth, found_ = depth == 0; }
  bool found() const { return found_; }

  void grown(const graph::graph& g) override {
    notice();
    behind_.grown(g);
  }
  void failed(const graph::graph& g, const graph::fault& f) override {
    notice();
    behind_.failed(g, f);
  }
  void complete(const graph::graph& g) override {
    notice();
    pass([&] { behind_.complete(g); }, limit_.most.has_value());
  }
  void blocked(const graph::graph& g, const std::vector<graph::standing>& standings) override {
    notice();
    pass([&] { behind_.blocked(g, standings); }, limit_.most && blocked_may_count_);
  }

 private:
  void notice() { found_ = found_ || exploring_->path().size() >= depth_; }

  template <class Show>
  void pass(Show show, bool may_count) {
    if (!may_count) return show();
    {
      const std::lock_guard guard(limit_.lock);
      if (limit_.passed < *limit_.most) {
        const std::uint64_t before = behind_.seen().complete;
        show();
        limit_.passed += behind_.seen().complete - before;
        return;
      }
    }
    on_limit_();
  }

  inspector& behind_;
  execution_limit& limit_;
  bool blocked_may_count_;
  std::function<void()> on_limit_;
  const graph::explorer* exploring_ = nullptr;
  std::size_t depth_ = 0;
  bool found_ = true;
};

}  // namespace holdfast::checker::runtime

#endif  // HOLDFAST_CHECKER_RUNTIME_GATE_H_
