#include "tests/benchmarks/goals.h"

#include <fmt/format.h>

namespace holdfast::benchmarks {
namespace {

constexpr double pairs_at_most = 2.0;
constexpr double unused_share = 0.3;
constexpr double where_unused_at_least = 1.3;

judgement at_least(std::string goal, std::string where, const quartiles& ratio, double wanted) {
  const verdict is = ratio.median >= wanted ? verdict::holds : ratio.high >= wanted ? verdict::noise : verdict::misses;
  return {std::move(goal), std::move(where), ratio, wanted, is};
}

void judge_pairs(const results& run, std::vector<judgement>& all) {
  const series* ours = find(run.uncontended, holdfast_mutex::name);
  const series* bare = find(run.uncontended, uncontended_reference);
  if (ours == nullptr || bare == nullptr || ours->rounds.empty()) return;
  const quartiles ratio = quartiles_of(ratios(ours->rounds, bare->rounds));
  const verdict is = ratio.median <= pairs_at_most ? verdict::holds : ratio.low <= pairs_at_most ? verdict::noise : verdict::misses;
  all.push_back({fmt::format("at most {:.1f} x {}", pairs_at_most, uncontended_reference), "uncontended", ratio, pairs_at_most, is});
}

// The other locks of this library are no peers.
bool is_ours(const series& lock) { return lock.lock.starts_with("holdfast::"); }

void judge_cell(const cell& c, std::vector<judgement>& all) {
  const series* ours = find(c.locks, holdfast_mutex::name);
  const series* normal = find(c.locks, contended_reference);
  if (ours == nullptr || normal == nullptr || ours->rounds.empty()) return;
  const std::string where = name_of(c);
  const quartiles to_normal = quartiles_of(ratios(ours->rounds, normal->rounds));
  all.push_back(at_least(fmt::format("at least {}", contended_reference), where, to_normal, 1));
  for (const series& peer : c.locks) {
    if (&peer == ours || &peer == normal || is_ours(peer)) continue;
    all.push_back(at_least("at least every peer", where + ", " + peer.lock, quartiles_of(ratios(ours->rounds, peer.rounds)), 1));
  }
  if (quartiles_of(ratios(normal->rounds, c.ceiling)).median <= 1 - unused_share)
    all.push_back(at_least(fmt::format("at least {:.1f} x {} where that uses 70 % or less", where_unused_at_least, contended_reference),
                           where, to_normal, where_unused_at_least));
}

void judge_row(const row& r, std::vector<judgement>& all) {
  const series& ours = r.locks.front();
  for (std::size_t i = 1; i < r.locks.size(); ++i) {
    const series& peer = r.locks[i];
    if (peer.lock.starts_with("holdfast")) continue;
    const double wanted = i == 1 ? r.at_least : 1;
    all.push_back(at_least(wanted == 1 ? "families: at least every peer" : fmt::format("families: at least {:.2f} x {}", wanted, peer.lock),
                           r.name + ", " + peer.lock, quartiles_of(ratios(ours.rounds, peer.rounds)), wanted));
  }
}

}  // namespace

std::vector<judgement> judge(const results& run) {
  std::vector<judgement> all;
  judge_pairs(run, all);
  for (const cell& c : run.contended) judge_cell(c, all);
  for (const row& r : run.families) judge_row(r, all);
  return all;
}

std::string name_of(const cell& c) { return fmt::format("{} threads, {}, {}", c.load.threads, c.section, c.outside); }

const char* name_of(verdict v) {
  switch (v) {
    case verdict::holds: return "holds";
    case verdict::noise: return "noise";
    case verdict::misses: return "misses";
  }
  return "";
}

}  // namespace holdfast::benchmarks
