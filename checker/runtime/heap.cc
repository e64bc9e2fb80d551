#include "checker/runtime/heap.h"

#include <sys/mman.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <new>
#include <vector>

namespace holdfast::checker::runtime {
namespace {

thread_local arena* current = nullptr;

// All arenas lie in one range of addresses, so that operator delete can tell.
constexpr std::size_t most_arenas = 4096;

std::byte* reserved() {
  static std::byte* const range = [] {
    void* p = mmap(nullptr, most_arenas * arena::bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return p == MAP_FAILED ? nullptr : static_cast<std::byte*>(p);
  }();
  return range;
}

std::atomic<bool> is_reserved = false;
std::mutex lock;
std::vector<std::byte*> spare;  // guarded by the lock
std::size_t handed_out = 0;     // guarded by the lock

bool is_arena_memory(const void* p) {
  if (!is_reserved.load(std::memory_order_acquire)) return false;
  const auto* byte = static_cast<const std::byte*>(p);
  return byte >= reserved() && byte < reserved() + most_arenas * arena::bytes;
}

}  // namespace

arena::arena() {
  const std::lock_guard guard(lock);
  if (spare.empty()) {
    if (reserved() == nullptr || handed_out == most_arenas) throw std::bad_alloc();
    is_reserved.store(true, std::memory_order_release);
    spare.push_back(reserved() + handed_out++ * bytes);
    if (mprotect(spare.back(), bytes, PROT_READ | PROT_WRITE) != 0) throw std::bad_alloc();
  }
  memory_ = spare.back();
  spare.pop_back();
}

arena::~arena() {
  reset();
  const std::lock_guard guard(lock);
  spare.push_back(memory_);
}

void arena::close(bool closed) {
  if (closed == closed_ || (closed && used_ == 0)) return;
  closed_ = closed;
  mprotect(memory_, bytes, closed ? PROT_NONE : PROT_READ | PROT_WRITE);
}

void arena::reset() {
  close(false);
  std::memset(memory_, 0, used_);
  used_ = 0;
  was_full_ = false;
}

void* arena::allocate(std::size_t size, std::size_t alignment) {
  const std::size_t begin = (used_ + alignment - 1) / alignment * alignment;
  if (size > bytes || begin + size > bytes) {
    was_full_ = true;
    return nullptr;
  }
  used_ = begin + (size == 0 ? 1 : size);
  return memory_ + begin;
}

bool arena::contains(const void* p) const {
  const auto* byte = static_cast<const std::byte*>(p);
  return byte >= memory_ && byte < memory_ + bytes;
}

void set_current_arena(arena* a) { current = a; }

}  // namespace holdfast::checker::runtime

// In place of the C library's, which operator new uses: glibc allows a program to define its own, and offers its own under other names. A
// sanitizer brings a heap of its own; under it the code under test must not allocate.
#ifndef __SANITIZE_ADDRESS__
extern "C" {

void* __libc_malloc(std::size_t size);
void __libc_free(void* p);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* p, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

void* malloc(std::size_t size) {
  return holdfast::checker::runtime::current == nullptr ? __libc_malloc(size)
                                                        : holdfast::checker::runtime::current->allocate(size, alignof(std::max_align_t));
}

void free(void* p) {
  if (!holdfast::checker::runtime::is_arena_memory(p)) __libc_free(p);
}

void* calloc(std::size_t count, std::size_t size) {
  if (holdfast::checker::runtime::current == nullptr) return __libc_calloc(count, size);
  std::size_t bytes = 0;
  if (__builtin_mul_overflow(count, size, &bytes)) return nullptr;
  return malloc(bytes);  // an arena's memory is zero
}

void* realloc(void* p, std::size_t size) {
  if (holdfast::checker::runtime::current == nullptr || p == nullptr) return p == nullptr ? malloc(size) : __libc_realloc(p, size);
  void* moved = malloc(size);
  if (moved != nullptr) std::memcpy(moved, p, size);  // reads beyond the old end at most into the same arena
  return moved;
}

void* memalign(std::size_t alignment, std::size_t size) {
  return holdfast::checker::runtime::current == nullptr ? __libc_memalign(alignment, size)
                                                        : holdfast::checker::runtime::current->allocate(size, alignment);
}

void* aligned_alloc(std::size_t alignment, std::size_t size) { return memalign(alignment, size); }

int posix_memalign(void** result, std::size_t alignment, std::size_t size) {
  *result = memalign(alignment, size);
  return *result == nullptr ? ENOMEM : 0;
}

}  // extern "C"
#endif
