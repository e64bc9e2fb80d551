// executable: a litmus test as a program that the exhaustive engine (checker/graph) runs.
//
// What the engine needs to know of a thread besides its accesses, because two of its states are alike to the engine if they go on alike:
//   registers   when the thread ends it says what they hold
//   assertions  it says that one fails, the first time
//   values that were never written   they read as 0; it says that it has read a location that has no initial value, the first time
// A thread whose assumption does not hold waits for ever, and so does one that goes round a loop without an access too often.
#ifndef HOLDFAST_CHECKER_LITMUS_EXECUTABLE_H_
#define HOLDFAST_CHECKER_LITMUS_EXECUTABLE_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "checker/graph/request.h"
#include "checker/litmus/program.h"
#include "checker/litmus/sites.h"
#include "checker/program.h"

namespace holdfast::checker::litmus {

// Rounds of loops since the last access. Untuned.
inline constexpr std::uint32_t most_idle_rounds = 1'000'000;

// As what the engine sees accesses of plain locations. It waits for what relaxed ones read in a loop.
enum class plain_access : std::uint8_t { plain, relaxed };

class executable final : public checker::program {
 public:
  // REQUIRES: the program outlives it.
  explicit executable(const litmus::program& p, plain_access how = plain_access::plain) : program_(p), plain_(how), sites_(p) {}

  void construct() override;
  void run(unsigned thread) override;
  void finish() override {}
  void destroy() override {}
  finding judge(std::span<const observed_operation>, precedes) const override { return {}; }
  const char* operation_name(unsigned char) const override { return ""; }

  const sites& where() const { return sites_; }

 private:
  const litmus::program& program_;
  plain_access plain_;
  sites sites_;
  std::array<std::byte, max_locations + 1> objects_{};  // only their addresses are used; the last never changes
};

// The engine's number of a location of the program.
constexpr graph::location_id number_of(std::size_t location) { return static_cast<graph::location_id>(location + 1); }

}  // namespace holdfast::checker::litmus

#endif  // HOLDFAST_CHECKER_LITMUS_EXECUTABLE_H_
