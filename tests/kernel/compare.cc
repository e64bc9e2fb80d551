#include "tests/kernel/compare.h"

#include <algorithm>
#include <chrono>

namespace holdfast::kernel_test {
namespace {

constexpr tids example_ids{1001, 1002, 1003, 1004, 1006, 1007, 1008};
constexpr std::array<std::uint32_t, processes> example_leaders{1000, 1005};

std::string word_text(std::uint32_t word, const tids& ids) {
  value v{-1, word};
  const auto owner = std::ranges::find(ids, word & tid_mask);
  if (owner != ids.end() && (word & tid_mask) != 0) v = {static_cast<std::int8_t>(owner - ids.begin()), word & ~tid_mask};
  return to_text(v);
}

address address_of(std::size_t i) { return {i < words ? object_page : own_page, static_cast<std::uint16_t>(i % words * cell_size)}; }

std::string outcome_text(const step_trace& t, bool is_call, const snapshot& before, const tids& ids) {
  if (!t.applied) return "not applicable";
  std::string text = is_call ? result_text(t.result) : "";
  for (const finished& f : t.others) text += std::string(text.empty() ? "" : " ") + letter_of(f.thread) + "=" + result_text(f.result);
  for (std::size_t w = 0; w < t.memory.size(); ++w) {
    if (t.memory[w] == before[w]) continue;
    text += (text.empty() ? "" : " ") + to_text(address_of(w)) + (w >= 2 * words ? "(Q)" : "") + "=" + word_text(t.memory[w], ids);
  }
  for (std::size_t i = 0; i < threads; ++i) {
    if (t.priorities[i] == 0 || t.priorities[i] == normal_priority) continue;
    text += std::string(text.empty() ? "" : " ") + letter_of(static_cast<int>(i)) + "@" + std::to_string(99 - t.priorities[i]);
  }
  return text.empty() ? "nothing" : text;
}

}  // namespace

recording record(real_kernel& kernel, const script& s) {
  using namespace std::chrono_literals;
  recording r{s, kernel.thread_ids(), kernel.leader_ids(), {}};
  for (auto pace = 2ms; pace < 1s; pace *= 4) {
    r.ids = kernel.thread_ids();
    r.leaders = kernel.leader_ids();
    r.real = kernel.run(s, pace);
    if (!kernel.late()) break;
  }
  return r;
}

bool agrees(const recording& r, toggles which) { return run_on_model(r.script, r.ids, r.leaders, which) == r.real; }

std::string describe(const recording& r, toggles which) {
  const trace model = run_on_model(r.script, r.ids, r.leaders, which);
  std::string text = "== " + r.script.name + "\n";
  snapshot model_before{};
  snapshot real_before{};
  for (std::size_t i = 0; i < r.script.steps.size(); ++i) {
    const script_step& s = r.script.steps[i];
    const bool is_call = s.what == action::call;
    text += to_text(s) + " -> " + outcome_text(r.real[i], is_call, real_before, r.ids);
    if (model[i] != r.real[i]) text += "\n    the model says: " + outcome_text(model[i], is_call, model_before, r.ids);
    text += "\n";
    model_before = model[i].memory;
    real_before = r.real[i].memory;
  }
  return text;
}

bool kernel_agrees(real_kernel& kernel, const script& s, recording& last, toggles which) {
  for (int attempt = 0; attempt < 3; ++attempt) {
    last = record(kernel, s);
    if (agrees(last, which)) return true;
    if (attempt == 0) kernel.part_words();
  }
  return false;
}

script shrink(real_kernel& kernel, script s, toggles which) {
  for (bool again = true; again;) {
    again = false;
    for (std::size_t i = s.steps.size(); i-- > 0;) {
      script fewer = s;
      fewer.steps.erase(fewer.steps.begin() + static_cast<std::ptrdiff_t>(i));
      recording r;
      if (kernel_agrees(kernel, fewer, r, which)) continue;
      s = fewer;
      again = true;
    }
  }
  return s;
}

std::string broken_expectations(const script& s) {
  const trace all = run_on_model(s, example_ids, example_leaders);
  std::string text;
  for (std::size_t i = 0; i < s.steps.size(); ++i) {
    const script_step& step = s.steps[i];
    const bool is_call = step.what == action::call;
    const snapshot before = i == 0 ? snapshot() : all[i - 1].memory;
    const auto complain = [&](const std::string& what) {
      text += s.name + ": " + to_text(step) + ": " + what + "; got " + outcome_text(all[i], is_call, before, example_ids) + "\n";
    };
    if (!all[i].applied) complain("does not apply");
    if (!step.expects) continue;
    if (step.result && *step.result != all[i].result) complain("expected " + result_text(*step.result));
    std::vector<finished> others;
    for (const auto& [thread, result] : step.others) others.push_back({static_cast<thread_id>(thread), result});
    std::ranges::sort(others, {}, &finished::thread);
    if (others != all[i].others) complain("expected other returns");
    for (const auto& [where, expected] : step.words_after) {
      const std::size_t first = where.page == own_page ? (1 + static_cast<std::size_t>(process_of(step.thread))) * words : 0;
      if (all[i].memory[first + where.offset / cell_size] != expected.in(example_ids)) {
        complain("expected " + to_text(where) + "=" + to_text(expected));
      }
    }
  }
  return text;
}

}  // namespace holdfast::kernel_test
