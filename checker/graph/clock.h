// clock: a vector clock: of each thread, how many of its events are included.
#ifndef HOLDFAST_CHECKER_GRAPH_CLOCK_H_
#define HOLDFAST_CHECKER_GRAPH_CLOCK_H_

#include <cstdint>

namespace holdfast::checker::graph {

// Thread 0 is the scenario's own: it constructs, starts the others, joins them and finishes.
inline constexpr unsigned most_threads = 16;
// An execution in which a thread has more is not explored: the search is inconclusive.
inline constexpr unsigned most_events_of_a_thread = 255;

class clock {
  typedef std::uint8_t vector __attribute__((vector_size(most_threads)));
  typedef std::uint64_t halves __attribute__((vector_size(most_threads)));

 public:
  std::uint8_t operator[](unsigned thread) const { return counts_[thread]; }
  void set(unsigned thread, std::uint8_t count) { counts_[thread] = count; }
  bool is_empty() const { return is_zero(reinterpret_cast<halves>(counts_)); }
  bool covers(const clock& other) const { return is_zero(reinterpret_cast<halves>(other.counts_ > counts_)); }
  void join(const clock& other) { counts_ = counts_ > other.counts_ ? counts_ : other.counts_; }

 private:
  static bool is_zero(halves h) { return (h[0] | h[1]) == 0; }

  vector counts_{};
};

}  // namespace holdfast::checker::graph

#endif  // HOLDFAST_CHECKER_GRAPH_CLOCK_H_
