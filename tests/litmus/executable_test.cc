// A test as the engine runs it: what it is told besides the accesses.
#include "checker/litmus/executable.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "checker/exploration.h"
#include "checker/litmus/parse.h"
#include "checker/runtime/runner.h"

namespace holdfast::checker::litmus {
namespace {

using graph::action;

exploration one_thread() {
  exploration what;
  what.threads = 1;
  return what;
}

// One thread, which reads the location x once. Gives what follows the read, by the value read.
class after_read {
 public:
  explicit after_read(const std::string& body)
      : program_(parse("int main() { atomic_int x = 0; {{{ { " + body + " } }}} }", "t.c")), code_(program_), running_(code_, what_) {}

  const graph::node& reading(std::uint64_t value) {
    return running_.at(running_.child(1, running_.root(1), {value, 0}, graph::effect::none));
  }

 private:
  litmus::program program_;
  exploration what_ = one_thread();
  executable code_;
  runtime::runner running_;
};

TEST(Executable, SaysWhatRegistersHoldAtTheEnd) {
  after_read kept("int r = x.load(); r = r & 7;");
  EXPECT_EQ(kept.reading(1).next.what, action::end);
  EXPECT_EQ(kept.reading(1).marks, kept.reading(9).marks);
  EXPECT_NE(kept.reading(1).marks, kept.reading(2).marks);
}

TEST(Executable, SaysWhereAnAccessStands) {
  const litmus::program p = parse("int main() {\n  atomic_int x = 0;\n  {{{ { x.store(1);\n  x.store(2); } }}}\n}", "t.c");
  executable code(p);
  const exploration what = one_thread();
  runtime::runner running(code, what);
  const graph::node_id second = running.child(1, running.root(1), {}, graph::effect::some);
  const site& at = *running.at(second).next.at;
  EXPECT_EQ(std::string(at.file) + ":" + at.label, "t.c:4:3");
  EXPECT_EQ(at.line, 4);
  EXPECT_EQ(code.where().position_of(at.label), (position{4, 3}));
}

TEST(Executable, GoesNoFurtherWhereAnAssumptionDoesNotHold) {
  after_read assumed("assume(x.load() == 1); x.store(2);");
  EXPECT_EQ(assumed.reading(1).next.what, action::store);
  EXPECT_EQ(assumed.reading(0).next.what, action::load);
  EXPECT_GT(assumed.reading(0).next.location, number_of(0));
}

TEST(Executable, SaysThatAnAssertionFailsOnce) {
  after_read asserted("int r = x.load(); assert(r == 1); assert(r == 1); x.store(1);");
  EXPECT_EQ(asserted.reading(1).marks.size(), 0u);
  EXPECT_EQ(asserted.reading(0).marks.size(), 1u);
}

}  // namespace
}  // namespace holdfast::checker::litmus
