// model: runs a script on checker/kernel's step, with the memory of two processes.
#ifndef HOLDFAST_TESTS_KERNEL_MODEL_H_
#define HOLDFAST_TESTS_KERNEL_MODEL_H_

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "checker/kernel/step.h"
#include "tests/kernel/script.h"

namespace holdfast::kernel_test {

// The words after a step: the object's, then P's own, then Q's.
using snapshot = std::array<std::uint32_t, (1 + processes) * words>;

// What a step did. others is ordered by thread.
struct step_trace {
  bool applied = false;
  std::int32_t result = 0;
  std::vector<finished> others;
  snapshot memory{};
  std::array<std::uint8_t, threads> priorities{};  // with what is inherited; of the dead, and if the script sets none, 0
  friend bool operator==(const step_trace&, const step_trace&) = default;
};
using trace = std::vector<step_trace>;

class model final : public environment {
 public:
  model(const tids& t, std::array<std::uint32_t, processes> leaders, toggles which);

  step_trace take(const script_step& s, bool with_priorities);

  const kernel_test::state& kernel() const { return state_; }
  std::uint32_t word(int process, address a) const { return load(static_cast<process_id>(process), a).value_or(0); }
  bool has_robust_list(int thread) const;
  bool is_alive(int thread) const;

  // environment
  mapping page(process_id process, std::uint8_t number) const override;
  std::optional<std::uint32_t> load(process_id process, address a) const override;
  void compare_and_write(process_id process, address a, std::uint32_t expected, std::uint32_t desired) override;
  robust_list robust_list_of(thread_id t) const override;
  stranger who_is(std::uint32_t tid) const override { return tid == kernel_thread_tid ? stranger::kernel_thread : stranger::nobody; }

 private:
  struct robust {
    std::vector<robust_entry> entries;
    std::optional<robust_entry> pending;
    robust_list::ending end = robust_list::ending::head;
    std::size_t loop_to = 0;
  };

  std::uint32_t* cell(process_id process, address a);

  tids tids_;
  std::array<std::uint32_t, processes> leaders_;
  kernel_test::state state_;
  snapshot memory_{};
  std::array<std::array<bool, pages>, processes> protected_{};
  std::array<robust, threads> robust_;
};

trace run_on_model(const script& s, const tids& t, std::array<std::uint32_t, processes> leaders, toggles which = {});

}  // namespace holdfast::kernel_test

#endif  // HOLDFAST_TESTS_KERNEL_MODEL_H_
