// What the graph engine says of a violation: names, values, both sites, and the link that is missing between them.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/engine/exploring.h"

namespace holdfast::checker {
namespace {

using world = graph_platform;
using word = world::atomic<unsigned>;
using data = world::plain<unsigned>;

constexpr layout x_word{"x", {}};
constexpr layout link_word{"link", {}};
constexpr auto relaxed = order::relaxed;

std::vector<std::string> objects_of(const result& r) {
  std::vector<std::string> names;
  for (const step& s : r.found->steps) {
    if (!s.object.empty() && std::ranges::find(names, s.object) == names.end()) names.push_back(s.object);
  }
  return names;
}

// What was written to the object, as it is shown.
std::vector<std::string> written_to(const result& r, const std::string& object) {
  std::vector<std::string> values;
  for (const step& s : r.found->steps) {
    if (s.object == object && s.written) values.push_back(s.written->text);
  }
  return values;
}

struct two_namesakes {
  word first{x_word, 0};
  word second{x_word, 0};
  void thread(unsigned self) {
    (self == 1 ? second : first).store(self, relaxed, "write");
    if (self == 2) world::expect(first.load(relaxed, "one") + second.load(relaxed, "two") != 3, "not both", "expect");
  }
};
struct one_of_the_name {
  word x{x_word, 0};
  void thread(unsigned) {
    x.store(1, relaxed, "write");
    world::expect(false, "never", "expect");
  }
};

TEST(Narrative, TellsObjectsWithOneNameApart) {
  const result r = explored<two_namesakes>(2);
  ASSERT_EQ(kind_of(r), violation_kind::assertion);
  EXPECT_EQ(objects_of(r), (std::vector<std::string>{"x #2", "x #1"}));
  EXPECT_EQ(written_to(r, "x #1"), std::vector<std::string>{"2"});
  EXPECT_EQ(written_to(r, "x #2"), std::vector<std::string>{"1"});
  EXPECT_EQ(objects_of(explored<one_of_the_name>(1)), std::vector<std::string>{"x"});
}

struct item {
  const long before = 0;
  word value{x_word, 0};
  world::atomic<item*> link{link_word, nullptr};
};
struct pointing {
  item items[2];
  world::atomic<word*> direct{x_word, nullptr};
  world::plain<const char*> outside{"outside", nullptr};
  void thread(unsigned) {
    items[0].link.store(&items[1], relaxed, "link");
    items[0].link.store(nullptr, relaxed, "unlink");
    direct.store(&items[0].value, relaxed, "direct");
    outside.store(reinterpret_cast<const char*>(0xbeef), "outside");
    world::expect(false, "never", "expect");
  }
};

TEST(Narrative, APointerIsNamedAfterWhatItPointsAt) {
  const result r = explored<pointing>(1);
  EXPECT_EQ(written_to(r, "link #1"), (std::vector<std::string>{"&x #2 - 8", "null"}));
  EXPECT_EQ(written_to(r, "x #3"), std::vector<std::string>{"&x #1"});
  EXPECT_EQ(written_to(r, "outside"), std::vector<std::string>{"0xbeef"});
}

}  // namespace
}  // namespace holdfast::checker
