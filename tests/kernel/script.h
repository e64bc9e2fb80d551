// script: what several threads and processes do to futexes, step by step, as a value and as text.
//
//     == 2.2 wake takes the first come
//     A wait s0 val=0 -> sleeps
//     B wait s0 val=0 -> sleeps
//     C wake s0 val=1 -> 1 A=0
//
// Threads A to D are of process P, E to G of Q. A word is a page and a number: s and t are two mappings of one object's page, f a third,
// read-only; p is a page of each process's own, o one that is read-only; u is not mapped, k is the kernel's. `s0+2` is two bytes further.
// `A protect s0` makes the page read-only for A's process.
// A value is made of numbers, tid(A), W (WAITERS) and D (OWNER_DIED): tid(A)|W. What follows the arrow is what the step must do: the call's
// result or `sleeps`, which other calls return what (B=0), and the words after it (s0=tid(B)|W).
#ifndef HOLDFAST_TESTS_KERNEL_SCRIPT_H_
#define HOLDFAST_TESTS_KERNEL_SCRIPT_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "checker/kernel/call.h"
#include "checker/kernel/environment.h"

namespace holdfast::kernel_test {

using namespace checker::kernel;  // NOLINT: the tests speak its language

inline constexpr int threads = 7;
inline constexpr int processes = 2;
constexpr int process_of(int thread) { return thread < 4 ? 0 : 1; }
constexpr char letter_of(int thread) { return static_cast<char>('A' + thread); }

// Pages, by the letters s t p o f u.
enum page_number : std::uint8_t { object_page, object_again, own_page, own_read_only, object_read_only, unmapped_page, pages };
inline constexpr int words = 8;        // of a page
inline constexpr int cell_size = 128;  // bytes from word to word

using tids = std::array<std::uint32_t, threads>;

struct value {
  std::int8_t tid_of = -1;
  std::uint32_t bits = 0;
  std::uint32_t in(const tids& t) const { return bits | (tid_of >= 0 ? t[static_cast<std::size_t>(tid_of)] : 0); }
  friend bool operator==(const value&, const value&) = default;
};

enum class action : std::uint8_t { call, event, store, robust, protect };

struct script_step {
  action what = action::call;
  int thread = 0;

  kernel_test::call call;  // its val, val3 and the entries' are below
  value val, val3{-1, match_any};
  std::array<value, most_entries> entry_val{};

  kernel_test::event event;

  address where;  // store, protect
  value stored;

  std::vector<robust_entry> entries;  // robust
  std::optional<robust_entry> pending;
  robust_list::ending end = robust_list::ending::head;
  std::size_t loop_to = 0;

  // After the arrow.
  bool expects = false;
  std::optional<std::int32_t> result;
  std::vector<std::pair<int, std::int32_t>> others;
  std::vector<std::pair<address, value>> words_after;

  kernel_test::call resolved(const tids& t) const;
};

struct script {
  std::string name;
  std::vector<script_step> steps;

  bool uses_priorities() const;
  bool uses(opcode op) const;
  bool uses_kernel_thread() const;
};

std::string to_text(const script_step& s);
std::string to_text(const script& s);
std::string to_text(const value& v);
std::string to_text(const address& a);
std::string result_text(std::int32_t result);
const char* name_of(opcode op);

// Ends the process with a message if the text is no script.
std::vector<script> parse_scripts(const std::string& text, const std::string& file);

inline constexpr std::uint32_t kernel_thread_tid = 2;

}  // namespace holdfast::kernel_test

#endif  // HOLDFAST_TESTS_KERNEL_SCRIPT_H_
