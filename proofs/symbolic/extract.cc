#include "proofs/symbolic/extract.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <stdexcept>
#include <utility>

namespace holdfast::proofs {

namespace {

constexpr std::size_t most_locations = 150;

// A way to a point of the code: run the entry along the decisions, up to its n-th operation.
struct visit {
  std::size_t location;
  const entry_point* from;
  std::vector<unsigned> decisions;
  std::size_t operations;
};

class extraction {
 public:
  extraction(std::string lock, const std::vector<mutation>& mutations) : runner_(mutations) {
    found_.lock = std::move(lock);
    found_.locations.resize(3);
    found_.locations[automaton::idle].name = "idle";
    found_.locations[automaton::owner].name = "owner";
    found_.locations[automaton::misuse].name = "misuse";
  }

  automaton run(const std::vector<entry_point>& entries) {
    for (const auto& e : entries) {
      expand({e.entry == entry_kind::unlock ? automaton::owner : automaton::idle, &e, {}, 0});
      while (!pending_.empty()) {
        const visit next = std::move(pending_.front());
        pending_.pop_front();
        expand(next);
      }
    }
    for (const auto& v : merged_) probe(v);
    found_.merged_visits = merged_.size();
    found_.word = runner_.word_layout();
    found_.initial = runner_.initial();
    return std::move(found_);
  }

 private:
  void expand(const visit& v) {
    std::set<std::string> seen;
    for (auto& s : runner_.follow(*v.from, v.decisions, v.operations)) {
      edge e = s.step;
      e.from = starts_at(v.location, e);
      if (!seen.insert(identity(s)).second) continue;
      e.to = end_of(s, *v.from, v.operations);
      found_.edges.push_back(std::move(e));
    }
    expanded_[v.location].merge(seen);
  }

  // A sleep that ends starts where the thread sleeps.
  std::size_t starts_at(std::size_t here, const edge& e) const {
    const bool slept = e.what == action::woken || e.what == action::interrupted || e.what == action::timed_out;
    return slept ? here + 1 : here;
  }

  std::size_t end_of(const segment& s, const entry_point& from, std::size_t operations) {
    if (s.end == segment::ending::misused) return automaton::misuse;
    if (s.end == segment::ending::returned) {
      const bool acquiring = from.entry != entry_kind::unlock;
      return acquiring && s.step.returns != "false" ? automaton::owner : automaton::idle;
    }
    const auto [at, is_new] = known_.try_emplace(s.next.key, found_.locations.size());
    visit v{at->second, &from, s.decisions, operations + 1};
    if (is_new) add(s.next.here);
    (is_new ? pending_ : merged_).push_back(std::move(v));
    return at->second;
  }

  void add(location here) {
    if (found_.locations.size() > most_locations) throw extraction_error("too many locations: does some local count without end?");
    here.name = std::string(name_of(here.entry)) + '.' + here.label;
    const auto same = static_cast<char>(std::count_if(found_.locations.begin(), found_.locations.end(), [&](const location& l) {
      return l.entry == here.entry && l.label == here.label && !l.asleep;
    }));
    if (same > 0) here.name += std::string(".") + static_cast<char>('a' + same);
    found_.locations.push_back(here);
    if (here.operation != "wait") return;
    edge falls_asleep;
    falls_asleep.from = found_.locations.size() - 1;
    falls_asleep.to = found_.locations.size();
    falls_asleep.what = action::sleeps;
    falls_asleep.condition = "(= w " + here.arguments.at(0) + ")";
    for (std::size_t i = 0; i < here.parameters; ++i) falls_asleep.remembers.push_back("p" + std::to_string(i));
    found_.edges.push_back(falls_asleep);
    here.name += ".asleep";
    here.asleep = true;
    found_.locations.push_back(here);
  }

  // Everything that an edge does, with the key of where it leads.
  static std::string identity(const segment& s) {
    const auto& e = s.step;
    std::string all = std::string(name_of(e.what)) + '|' + e.condition + '|' + e.update + '|' + (e.acquires ? 'a' : '-') +
                      (e.releases ? 'r' : '-') + '|' + std::to_string(e.wakes) + '|' + e.returns + '|' +
                      std::to_string(static_cast<int>(s.end)) + '|' + s.next.key;
    for (const auto& v : e.remembers) all += '|' + v;
    return all;
  }

  void probe(const visit& v) {
    std::set<std::string> seen;
    for (const auto& s : runner_.follow(*v.from, v.decisions, v.operations)) seen.insert(identity(s));
    if (seen == expanded_[v.location]) return;
    throw extraction_error("two visits to " + found_.locations[v.location].name +
                           " look alike and go on differently: the lock's code keeps something in a plain variable");
  }

  paths runner_;
  automaton found_;
  std::map<std::string, std::size_t> known_;
  std::map<std::size_t, std::set<std::string>> expanded_;
  std::deque<visit> pending_;
  std::deque<visit> merged_;
};

}  // namespace

namespace {

// The proofs let any wake meet any sleeper, which holds only while all of them name one scope.
void require_one_scope(const automaton& a) {
  const location* first = nullptr;
  for (const location& l : a.locations) {
    if (l.operation != "wait" && l.operation != "wake") continue;
    if (first == nullptr) first = &l;
    const auto scope_of = [](const location& x) { return x.manner.substr(0, x.manner.find(',')); };
    if (scope_of(l) == scope_of(*first)) continue;
    throw std::invalid_argument(a.lock + ": [" + first->label + "] is " + scope_of(*first) + " and [" + l.label + "] is " + scope_of(l) +
                                ": they never meet; give both the same scope");
  }
}

}  // namespace

automaton extract(std::string lock, const std::vector<entry_point>& entries, const std::vector<mutation>& mutations) {
  automaton extracted = extraction(std::move(lock), mutations).run(entries);
  require_one_scope(extracted);
  return extracted;
}

}  // namespace holdfast::proofs
