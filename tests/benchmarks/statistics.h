// statistics: quartiles, which noise on a shared machine moves little.
#ifndef HOLDFAST_TESTS_BENCHMARKS_STATISTICS_H_
#define HOLDFAST_TESTS_BENCHMARKS_STATISTICS_H_

#include <algorithm>
#include <cstddef>
#include <vector>

namespace holdfast::benchmarks {

struct quartiles {
  double low = 0;
  double median = 0;
  double high = 0;
};

// Between two neighbours the value is interpolated. All zero if there are none.
inline quartiles quartiles_of(std::vector<double> values) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  const auto at = [&](double share) {
    const double place = share * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, values.size() - 1);
    return values[below] + (place - static_cast<double>(below)) * (values[above] - values[below]);
  };
  return {at(0.25), at(0.5), at(0.75)};
}

// Round by round: what the two of one round were measured under is alike, what different rounds were is not.
inline std::vector<double> ratios(const std::vector<double>& of, const std::vector<double>& to) {
  std::vector<double> result;
  for (std::size_t i = 0; i < std::min(of.size(), to.size()); ++i)
    if (to[i] > 0) result.push_back(of[i] / to[i]);
  return result;
}

}  // namespace holdfast::benchmarks

#endif  // HOLDFAST_TESTS_BENCHMARKS_STATISTICS_H_
