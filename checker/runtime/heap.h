// heap: what the code under test allocates lies where it lay the last time.
//
// A thread that is run again from its start gets the same addresses for the same allocations, and what it had before is gone without being
// freed. Memory is not handed out twice within an execution.
#ifndef HOLDFAST_CHECKER_RUNTIME_HEAP_H_
#define HOLDFAST_CHECKER_RUNTIME_HEAP_H_

#include <cstddef>
#include <span>

namespace holdfast::checker::runtime {

class arena {
 public:
  static constexpr std::size_t bytes = std::size_t{1} << 20;

  arena();
  ~arena();
  arena(const arena&) = delete;
  arena& operator=(const arena&) = delete;

  void reset();
  // Whether it was full since the last reset().
  bool was_full() const { return was_full_; }
  // What was handed out.
  std::span<const std::byte> used() const { return {memory_, used_}; }
  // nullptr when the arena is full.
  void* allocate(std::size_t size, std::size_t alignment);
  bool contains(const void* p) const;
  // While it is closed, touching its memory is a fault.
  void close(bool closed);

 private:
  std::byte* memory_;
  std::size_t used_ = 0;
  bool closed_ = false;
  bool was_full_ = false;
};

// While it is set, malloc and operator new on this thread allocate from the arena. To free an arena's memory does nothing.
void set_current_arena(arena* a);

}  // namespace holdfast::checker::runtime

#endif  // HOLDFAST_CHECKER_RUNTIME_HEAP_H_
