#include "checker/orders/orders.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <stdexcept>

#include "checker/report/explain.h"
#include "checker/report/names.h"
#include "checker/report/text.h"

namespace holdfast::checker {
namespace {

order order_named(const std::string& name) {
  for (const order o : {order::relaxed, order::consume, order::acquire, order::release, order::acq_rel, order::seq_cst}) {
    if (name == text_of(o)) return o;
  }
  throw std::logic_error("no memory order is called " + name);
}

// The orders one step weaker than this one, for this kind of operation.
std::vector<order> weaker_than(order o, const std::string& operation, bool of_failure) {
  const bool loads = operation == "load" || of_failure;
  const bool stores = operation == "store";
  switch (o) {
    case order::seq_cst: return {loads ? order::acquire : stores ? order::release : order::acq_rel};
    case order::acq_rel: return {order::acquire, order::release};
    case order::acquire:
    case order::consume:
    case order::release: return {order::relaxed};
    case order::relaxed: return {};
  }
  return {};
}

class search {
 public:
  search(std::span<const check* const> scenarios, const run_options& options, const std::function<void(const std::string&)>& on_trial)
      : scenarios_(scenarios), options_(options), on_trial_(on_trial) {}

  order_table run() {
    order_table table;
    table.scenarios = scenarios_.size();
    std::map<std::string, labelled_operation> operations;
    for (const check* c : scenarios_) {
      tell(c->id());
      result r = c->run(options_);
      for (const labelled_operation& o : r.operations) operations.try_emplace(o.label, o);
      if (r.outcome == verdict::inconclusive) throw undecided_order(fmt::format("{}: stopped: {}", c->id(), r.limits.stopped_by));
      if (r.outcome != verdict::verified) table.unverified.push_back(std::move(r));
    }
    if (!table.unverified.empty()) return table;
    for (const auto& [label, operation] : operations) {
      if (is_of_scenario(label)) continue;
      table.operations.push_back(needed(operation, false));
      if (!operation.failure.empty()) table.operations.push_back(needed(operation, true));
    }
    return table;
  }

 private:
  // A lock's labels are a letter and a number; what a scenario does to its own data has words for labels.
  static bool is_of_scenario(const std::string& label) {
    return label.size() < 2 || label.find_first_not_of("0123456789", 1) != std::string::npos || label[0] < 'A' || label[0] > 'Z';
  }
  void tell(const std::string& what) const {
    if (on_trial_) on_trial_(what);
  }

  needed_order needed(const labelled_operation& operation, bool of_failure) {
    needed_order found;
    found.operation = operation;
    found.of_failure = of_failure;
    found.asked = order_named(of_failure ? operation.failure : operation.success);
    weaken(found, found.asked);
    return found;
  }

  // This order does: is there a weaker one that does?
  void weaken(needed_order& found, order does) {
    bool is_weakest = true;
    for (const order o : weaker_than(does, found.operation.operation, found.of_failure)) {
      if (std::optional<weaker_order> fault = trial(found, o)) {
        const auto same = [&](const weaker_order& w) { return w.tried == o; };
        if (std::ranges::none_of(found.too_weak, same)) found.too_weak.push_back(std::move(*fault));
      } else {
        is_weakest = false;
        weaken(found, o);
      }
    }
    if (is_weakest && std::ranges::find(found.weakest, does) == found.weakest.end()) found.weakest.push_back(does);
  }

  // What is wrong with this order, if anything is.
  std::optional<weaker_order> trial(const needed_order& of, order o) {
    run_options changed = options_;
    changed.change = order_change{of.operation.label, of.of_failure, o};
    for (const check* c : scenarios_) {
      tell(fmt::format("[{}] {}{} in {}", of.operation.label, of.of_failure ? "failure " : "", text_of(o), c->id()));
      std::optional<result> r;
      try {
        r = c->run(changed);
      } catch (const std::logic_error&) {
        continue;  // the scenario does not have the operation
      }
      if (r->outcome == verdict::violated) return weaker_order{o, c->id(), std::move(*r->found)};
      if (r->outcome == verdict::inconclusive) throw undecided_order(fmt::format("{}: stopped: {}", c->id(), r->limits.stopped_by));
    }
    return std::nullopt;
  }

  std::span<const check* const> scenarios_;
  const run_options& options_;
  const std::function<void(const std::string&)>& on_trial_;
};

std::string orders_text(const std::vector<order>& orders) {
  std::vector<std::string> names;
  for (const order o : orders) names.emplace_back(text_of(o));
  return fmt::format("{}", fmt::join(names, " or "));
}

std::string line_of(const needed_order& n) {
  const source_line& w = n.operation.where;
  const std::string name = n.of_failure ? "  if it fails" : fmt::format("[{}] {}", n.operation.label, n.operation.operation);
  const std::string where = n.of_failure ? "" : fmt::format("{}:{}", w.file.substr(w.file.rfind('/') + 1), w.line);
  std::string line = fmt::format("  {:<24} asks for {:<8}", name, text_of(n.asked));
  if (n.asks_for_more()) line += fmt::format(" needs {}", orders_text(n.weakest));
  else line += n.asked == order::relaxed ? " needs none" : " needs it";
  return fmt::format("{:<64} {}", line, where);
}

}  // namespace

order_table weakest_orders(std::span<const check* const> scenarios, const run_options& options,
                           const std::function<void(const std::string&)>& on_trial) {
  return search(scenarios, options, on_trial).run();
}

std::string text_of(const order_table& table, bool verbose) {
  std::string text;
  std::size_t warnings = 0;
  for (const needed_order& n : table.operations) {
    std::string line = line_of(n);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
    if (n.asks_for_more()) {
      ++warnings;
      text += fmt::format("      warning: it asks for more than it needs: {} does\n", orders_text(n.weakest));
    }
    for (const weaker_order& w : n.too_weak) {
      text += fmt::format("      {}: {} in {}\n", text_of(w.tried), text_of(w.allows.kind, w.allows.object), w.scenario);
      if (!w.allows.explanation.empty()) text += fmt::format("        {}\n", w.allows.explanation);
      if (verbose) text += execution(w.allows);
    }
  }
  text += fmt::format("{} order{}, {} of them stronger than the {} scenario{} need{}.\n", table.operations.size(),
                      table.operations.size() == 1 ? "" : "s", warnings, table.scenarios, table.scenarios == 1 ? "" : "s",
                      table.scenarios == 1 ? "s" : "");
  return text;
}

}  // namespace holdfast::checker
