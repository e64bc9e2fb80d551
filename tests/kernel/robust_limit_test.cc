// The exit walk's limit: of a list of 4000 words 2048 are marked, those nearest the head; the kernel and step agree on each.
#include <gtest/gtest.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "checker/kernel/step.h"
#include "tests/processes.h"

namespace holdfast {
namespace {

using namespace checker::kernel;  // NOLINT: the test speaks its language

constexpr std::size_t entries = 4000;

struct cell {
  ::robust_list link;
  std::uint32_t word;
};
struct cells {
  ::robust_list_head head;
  std::array<cell, entries> all;
  std::uint32_t pending_word;
  std::uint32_t tid;
};

using marks = std::vector<bool>;  // of the words

marks marked_by_the_kernel() {
  shared_object<cells> shared;
  const pid_t child = fork_child([&] {
    cells& c = *shared;
    c.tid = static_cast<std::uint32_t>(::getpid());
    ::robust_list* last = &c.head.list;
    for (cell& each : c.all) {
      each.word = c.tid;
      last->next = &each.link;
      last = &each.link;
    }
    last->next = &c.head.list;
    c.head.futex_offset = offsetof(cell, word);
    c.head.list_op_pending = nullptr;
    ::syscall(SYS_set_robust_list, &c.head, sizeof c.head);
    return 0;
  });
  EXPECT_EQ(await_child(child), 0);
  marks m;
  for (const cell& each : shared->all) m.push_back(each.word == FUTEX_OWNER_DIED);
  return m;
}

class many_words final : public environment {
 public:
  explicit many_words(toggles which) : words(entries, tid) {
    on = which;
    for (std::size_t i = 0; i < entries; ++i) list.push_back({{0, static_cast<std::uint16_t>(4 * i)}, false});
  }
  mapping page(process_id, std::uint8_t) const override { return {page_kind::object, 0, true}; }
  std::optional<std::uint32_t> load(process_id, address a) const override { return words[a.offset / 4]; }
  void compare_and_write(process_id, address a, std::uint32_t, std::uint32_t desired) override { words[a.offset / 4] = desired; }
  robust_list robust_list_of(thread_id) const override { return {list, {}, robust_list::ending::head, 0}; }

  static constexpr std::uint32_t tid = 1000;
  std::vector<std::uint32_t> words;
  std::vector<robust_entry> list;
};

marks marked_by_step(toggles which) {
  many_words w(which);
  state s;
  s.start(0, 0, many_words::tid);
  step(s, event{event_kind::exit, 0}, w);
  marks m;
  for (const std::uint32_t word : w.words) m.push_back(word == owner_died_bit);
  return m;
}

TEST(ExitWalk, MarksTheFirst2048OfALongList) {
  const marks real = marked_by_the_kernel();
  EXPECT_EQ(std::count(real.begin(), real.end(), true), 2048);
  EXPECT_TRUE(real[0] && real[2047] && !real[2048]);
  EXPECT_EQ(real, marked_by_step({}));
  EXPECT_NE(real, marked_by_step(toggle::robust_limit_million));
}

}  // namespace
}  // namespace holdfast
