// environment: what a step asks of whoever takes it: the user's memory, which waiter to take where the order is left open, and which
// kernel.
#ifndef HOLDFAST_CHECKER_KERNEL_ENVIRONMENT_H_
#define HOLDFAST_CHECKER_KERNEL_ENVIRONMENT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "checker/kernel/call.h"
#include "checker/kernel/key.h"
#include "checker/kernel/toggles.h"

namespace holdfast::checker::kernel {

struct robust_entry {
  address word;
  bool is_pi = false;
  friend bool operator==(const robust_entry&, const robust_entry&) = default;
};

// What a thread's robust list reads as, when the thread ends. It ends at its head, or leads to unmapped memory, or goes on with one of its
// entries again.
struct robust_list {
  enum class ending : std::uint8_t { head, fault, loop };
  std::span<const robust_entry> entries;
  std::optional<robust_entry> pending;  // list_op_pending; also in the list if it names the same entry
  ending end = ending::head;
  std::size_t loop_to = 0;
};

// What a number that is no thread of the state's is the tid of.
enum class stranger : std::uint8_t { nobody, kernel_thread };

class environment {
 public:
  virtual ~environment() = default;

  virtual mapping page(process_id process, std::uint8_t number) const = 0;
  // The 32 bits at the address, aligned or not, as the last write left them; nothing if they cannot be read.
  virtual std::optional<std::uint32_t> load(process_id process, address a) const = 0;
  // A read-modify-write of the engine's, in the step in which `expected` was loaded. REQUIRES: the page is writable.
  virtual void compare_and_write(process_id process, address a, std::uint32_t expected, std::uint32_t desired) = 0;
  virtual robust_list robust_list_of(thread_id) const { return {}; }

  // A number below k, in the order of the queue.
  virtual std::size_t pick(std::size_t) { return 0; }
  virtual stranger who_is(std::uint32_t) const { return stranger::nobody; }
  // Whether two futexes share a hash bucket. It shows in one thing: a waiter that is requeued within a bucket keeps its place.
  virtual bool same_bucket(const futex_key& a, const futex_key& b) const { return a == b; }

  // Whether a woken waitv returns in the step that wakes it. If not, it returns in a step of its own, and wakes that come before still take
  // its other entries: each is counted by its waker, and the waitv returns once.
  virtual bool returns_at_once() const { return true; }

  toggles on;
};

}  // namespace holdfast::checker::kernel

#endif  // HOLDFAST_CHECKER_KERNEL_ENVIRONMENT_H_
