// key: what a futex is, to the kernel: not an address, but a place in a process's memory or in an object that several processes map.
#ifndef HOLDFAST_CHECKER_KERNEL_KEY_H_
#define HOLDFAST_CHECKER_KERNEL_KEY_H_

#include <cerrno>
#include <compare>
#include <cstdint>

namespace holdfast::checker::kernel {

// An address space. Processes that share their memory (CLONE_VM) are one.
using process_id = std::uint8_t;

// A place in a process's memory: pages are numbered, and one of the numbers is the kernel's own memory.
inline constexpr std::uint8_t kernel_page = 255;
struct address {
  std::uint8_t page = 0;
  std::uint16_t offset = 0;  // in the page, in bytes
  friend auto operator<=>(const address&, const address&) = default;
};

// What a process's page is: memory of its own (after fork(2) a copy, and so another place), or a page of an object.
enum class page_kind : std::uint8_t { unmapped, anonymous, object };
struct mapping {
  page_kind kind = page_kind::unmapped;
  std::uint8_t object = 0;
  bool writable = true;
};

enum class key_kind : std::uint8_t { none, process_private, process_shared, object };
struct futex_key {
  key_kind kind = key_kind::none;
  std::uint8_t owner = 0;  // the process or the object
  std::uint8_t page = 0;   // in the process
  std::uint16_t offset = 0;
  friend auto operator<=>(const futex_key&, const futex_key&) = default;
};

struct key_or_error {
  futex_key key;
  int error = 0;
};

// A private futex is a number: whether anything is mapped there is not looked at. A shared one is found through its page, which must be
// there, must be writable if the operation writes, and is the process's own if it is anonymous: so a private and a shared operation on the
// same anonymous word do not meet.
inline key_or_error key_of(process_id process, address a, const mapping& page, bool is_private, bool for_write) {
  if (a.offset % 4 != 0) return {{}, EINVAL};
  if (a.page == kernel_page) return {{}, EFAULT};
  if (is_private) return {{key_kind::process_private, process, a.page, a.offset}};
  if (page.kind == page_kind::unmapped) return {{}, EFAULT};
  if (!page.writable && (for_write || page.kind == page_kind::anonymous)) return {{}, EFAULT};
  if (page.kind == page_kind::anonymous) return {{key_kind::process_shared, process, a.page, a.offset}};
  return {{key_kind::object, page.object, 0, a.offset}};
}

}  // namespace holdfast::checker::kernel

#endif  // HOLDFAST_CHECKER_KERNEL_KEY_H_
