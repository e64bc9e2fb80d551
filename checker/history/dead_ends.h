// dead_ends: the pairs of frontier and state from which a search has found no way on.
//
// A hash table over the frontier alone, so that a specification needs no hash, only a comparison. Clearing it takes no time.
#ifndef HOLDFAST_CHECKER_HISTORY_DEAD_ENDS_H_
#define HOLDFAST_CHECKER_HISTORY_DEAD_ENDS_H_

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace holdfast::checker {

template <std::equality_comparable State>
class dead_ends {
 public:
  using frontier = std::span<const std::uint32_t>;

  void clear() {
    if (states_.empty()) return;
    states_.clear();
    frontiers_.clear();
    if (++era_ != 0) return;
    std::ranges::fill(table_, cell{});
    era_ = 1;
  }

  // REQUIRES: since the last clear, every frontier has had the same length.
  bool contains(frontier f, const State& s) const {
    if (states_.empty()) return false;
    for (std::size_t at = hash(f) & mask();; at = (at + 1) & mask()) {
      if (table_[at].era != era_) return false;
      const std::uint32_t entry = table_[at].entry;
      if (states_[entry] == s && std::ranges::equal(f, frontier(frontiers_).subspan(entry * f.size(), f.size()))) return true;
    }
  }

  // REQUIRES: the pair is not in the table.
  void insert(frontier f, const State& s) {
    if (2 * (states_.size() + 1) > table_.size()) grow(f.size());
    const auto entry = static_cast<std::uint32_t>(states_.size());
    states_.push_back(s);
    frontiers_.insert(frontiers_.end(), f.begin(), f.end());
    link(f, entry);
  }

 private:
  struct cell {
    std::uint32_t era = 0;  // of another era: empty
    std::uint32_t entry = 0;
  };

  std::size_t mask() const { return table_.size() - 1; }

  static std::uint64_t hash(frontier f) {
    std::uint64_t h = 0;
    for (const std::uint32_t x : f) {
      h = (h ^ x) * 0x9e3779b97f4a7c15;
      h ^= h >> 32;
    }
    return h;
  }

  void link(frontier f, std::uint32_t entry) {
    std::size_t at = hash(f) & mask();
    while (table_[at].era == era_) at = (at + 1) & mask();
    table_[at] = {era_, entry};
  }

  void grow(std::size_t width) {
    table_.assign(std::max<std::size_t>(64, 2 * table_.size()), cell{});
    era_ = 1;
    for (std::uint32_t entry = 0; entry < states_.size(); ++entry) link(frontier(frontiers_).subspan(entry * width, width), entry);
  }

  std::vector<cell> table_;
  std::vector<State> states_;
  std::vector<std::uint32_t> frontiers_;  // of entry e: width elements from e * width
  std::uint32_t era_ = 1;
};

}  // namespace holdfast::checker

#endif  // HOLDFAST_CHECKER_HISTORY_DEAD_ENDS_H_
