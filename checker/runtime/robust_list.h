// robust_list: what a thread under test has told the kernel of the robust words that it owns.
#ifndef HOLDFAST_CHECKER_RUNTIME_ROBUST_LIST_H_
#define HOLDFAST_CHECKER_RUNTIME_ROBUST_LIST_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <type_traits>

#include "checker/runtime/world.h"

namespace holdfast::checker::runtime {

// Part of the thread's state; it lives outside of what the thread may write.
class robust_list {
 public:
  static constexpr std::size_t most = 4;

  bool is_empty() const { return count_ == 0 && pending_.begin == nullptr; }
  // The newest first, as the kernel walks it.
  std::span<const place> words() const { return {words_.data(), static_cast<std::size_t>(count_)}; }
  place pending() const { return pending_; }
  std::span<const std::byte> bytes() const { return std::as_bytes(std::span(this, 1)); }

  void set_pending(place word) { pending_ = word; }
  // Throws std::length_error if there are too many.
  void link(place word) {
    if (count_ == most) throw std::length_error("a thread owns more than 4 robust words");
    std::copy_backward(words_.begin(), words_.begin() + count_, words_.begin() + count_ + 1);
    words_[0] = word;
    ++count_;
  }
  void unlink(place word) {
    const auto end = words_.begin() + count_;
    const auto found = std::find_if(words_.begin(), end, [&](const place& p) { return p.begin == word.begin; });
    if (found == end) return;
    std::copy(found + 1, end, found);
    words_[--count_] = nullptr;
  }

 private:
  std::array<place, most> words_{place(nullptr), place(nullptr), place(nullptr), place(nullptr)};
  place pending_{nullptr};
  std::ptrdiff_t count_ = 0;
};
static_assert(std::has_unique_object_representations_v<robust_list>);

}  // namespace holdfast::checker::runtime

#endif  // HOLDFAST_CHECKER_RUNTIME_ROBUST_LIST_H_
