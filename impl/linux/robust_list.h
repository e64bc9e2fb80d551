// robust_list: the calling thread's list of the robust words that it owns, which the kernel walks when the thread dies.
//
// The kernel keeps one list for each thread, and the C library has registered it for its own robust mutexes before the thread runs. This
// one is the same list: entries are linked in as glibc links its own, so that both kinds of mutex can be locked and unlocked in any
// order, and both are recovered. What the two have to agree on:
//   one offset, from an entry to its word, for all entries of a list: -32 in glibc on 64-bit machines. So the node's `next`, which is the
//   entry, lies 32 bytes behind the beginning of the word;
//   the neighbours' links: the word before an entry is a pointer to the entry before it, also in front of the list's head;
//   the low bit of a pointer to an entry, but not of one to the entry before: the word inherits priorities, and the kernel wakes nobody
//   for it but hands it on.
// glibc 2.36 has been run. Another offset, or no list (another C library, or a sandbox that refuses get_robust_list), ends the program with
// a message at a thread's first use. glibc empties the list in the child of a fork: the child inherits no ownership.
//
// All of it is memory of the thread that the kernel reads in the thread's name: what matters is the order of the instructions.
#ifndef HOLDFAST_IMPL_LINUX_ROBUST_LIST_H_
#define HOLDFAST_IMPL_LINUX_ROBUST_LIST_H_

#include <atomic>
#include <cstdint>

namespace holdfast {

// Begins 16 bytes behind the beginning of the word.
struct linux_robust_node {
  void* room = nullptr;
  void* previous = nullptr;
  void* next = nullptr;  // the kernel's entry
};

// The low bit of a pointer to an entry.
enum class robust_kind : std::uintptr_t { ordinary = 0, priority_inheriting = 1 };

namespace robust_list_detail {

// The kernel's struct robust_list_head.
struct head {
  void* first;  // the newest entry, or the head itself
  long word_offset;
  void* pending;
};

inline constexpr long word_offset = -32;

// nullptr: not asked yet, by this thread.
extern constinit thread_local head* known_head;

head* ask_head() noexcept;

inline head* head_of_this_thread() noexcept {
  head* const known = known_head;
  return __builtin_expect(known != nullptr, 1) ? known : ask_head();
}

inline void** entry_of(void* word) noexcept {
  return reinterpret_cast<void**>(reinterpret_cast<std::uintptr_t>(word) - static_cast<std::uintptr_t>(word_offset));
}

// Where a pointer of the list points to, without its low bit.
inline void** entry_at(void* pointer) noexcept {
  return reinterpret_cast<void**>(reinterpret_cast<std::uintptr_t>(pointer) & ~std::uintptr_t{1});
}

inline void* pointer_to(void** entry, robust_kind kind) noexcept {
  return reinterpret_cast<void*>(reinterpret_cast<std::uintptr_t>(entry) | static_cast<std::uintptr_t>(kind));
}

// What comes before is done before what comes after, as far as the kernel can see.
inline void instruction_order() noexcept { std::atomic_signal_fence(std::memory_order::seq_cst); }

}  // namespace robust_list_detail

// The thread begins to lock or unlock the word, or is through with that.
inline void robust_list_pending(void* word, robust_kind kind = robust_kind::ordinary) noexcept {
  robust_list_detail::head_of_this_thread()->pending = robust_list_detail::pointer_to(robust_list_detail::entry_of(word), kind);
  robust_list_detail::instruction_order();
}
// REQUIRES: a word is pending.
inline void robust_list_done() noexcept {
  robust_list_detail::instruction_order();
  robust_list_detail::known_head->pending = nullptr;
}

// REQUIRES: the word is pending, and not on the list.
inline void robust_list_link(void* word, robust_kind kind = robust_kind::ordinary) noexcept {
  robust_list_detail::head* const list = robust_list_detail::known_head;
  void** const entry = robust_list_detail::entry_of(word);
  entry[0] = list->first;
  entry[-1] = &list->first;
  robust_list_detail::entry_at(list->first)[-1] = entry;
  robust_list_detail::instruction_order();  // the entry is whole before the list has it
  list->first = robust_list_detail::pointer_to(entry, kind);
}

// REQUIRES: the word is pending, and on the list.
inline void robust_list_unlink(void* word) noexcept {
  void** const entry = robust_list_detail::entry_of(word);
  robust_list_detail::entry_at(entry[0])[-1] = entry[-1];
  robust_list_detail::entry_at(entry[-1])[0] = entry[0];
  robust_list_detail::instruction_order();  // it is off the list before the word is released
}

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_LINUX_ROBUST_LIST_H_
