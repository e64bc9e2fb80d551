// What must not compile does not, and the message says why.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/toolchain.h"

namespace holdfast {
namespace {

class Compile : public testing::TestWithParam<std::string> {
 protected:
  static command_result compile(const std::string& text) {
    const std::string source = scratch("compile.cc");
    write_file(source, text);
    return run(GetParam() + " -std=c++20 -Wall -Wextra -Werror -fsyntax-only -I. " + source);
  }
  static void expect_success(const std::string& text) {
    const command_result r = compile(text);
    EXPECT_EQ(r.status, 0) << r.output;
  }
  static void expect_error(const std::string& text, const std::string& message) {
    const command_result r = compile(text);
    EXPECT_NE(r.status, 0);
    EXPECT_NE(r.output.find(message), std::string::npos) << r.output;
  }
};

INSTANTIATE_TEST_SUITE_P(, Compile, testing::ValuesIn(compilers),
                         [](const auto& p) { return std::string(p.param == "g++" ? "gcc" : "clang"); });

const std::string word = R"(
#include "impl/linux/linux_platform.h"
#include "impl/word/mutex_word.h"
using namespace holdfast;
linux_platform::atomic<std::uint32_t> w{mutex_word::description, 0};
)";

TEST_P(Compile, AnOperationWithALabelDoes) { expect_success(word + "std::uint32_t f() { return w.load(order::relaxed, \"L1\"); }"); }

TEST_P(Compile, AnOperationWithoutALabelDoesNot) {
  expect_error(word + "std::uint32_t f() { return w.load(order::relaxed); }",
               GetParam() == "g++" ? "no matching function" : "too few arguments");
}

TEST_P(Compile, ALabelThatIsNoLiteralDoesNot) {
  expect_error(word + "std::uint32_t f(const char* label) { return w.load(order::relaxed, label); }", "linux_site");
}

TEST_P(Compile, AnOperationWithoutAnOrderDoesNot) { expect_error(word + "std::uint32_t f() { return w.load(\"L1\"); }", "error"); }

// linux_platform, less one operation of its words.
const std::string crippled = R"(
#include "impl/mutex.h"
using namespace holdfast;
template <class T>
struct atomic_without_exchange {
  constexpr atomic_without_exchange(const layout& l, T v) : real(l, v) {}
  T load(order o, linux_site s) const { return real.load(o, s); }
  void store(T v, order o, linux_site s) { real.store(v, o, s); }
  bool compare_exchange_strong(T& e, T v, order a, order b, linux_site s) { return real.compare_exchange_strong(e, v, a, b, s); }
  bool compare_exchange_weak(T& e, T v, order a, order b, linux_site s) { return real.compare_exchange_weak(e, v, a, b, s); }
#ifdef WHOLE
  T exchange(T v, order o, linux_site s) { return real.exchange(v, o, s); }
#endif
  linux_atomic<T> real;
};
struct crippled_platform {
  using word = std::uint32_t;
  using flag = bool;
  using site = linux_site;
  using deadline = linux_deadline;
  using spinner = linux_spinner;
  template <class T>
  using atomic = atomic_without_exchange<T>;
  static wait_result wait(atomic<word>& w, word v, scope who, const deadline& until, site s) {
    return linux_platform::wait(w.real, v, who, until, s);
  }
  static void wake(atomic<word>& w, int n, scope who, site s) { linux_platform::wake(w.real, n, who, s); }
  static void misuse(const char* what) { linux_platform::misuse(what); }
};
basic_mutex<crippled_platform> m;
void f() { m.lock(), m.unlock(); }
)";

TEST_P(Compile, APlatformThatLacksAnOperationIsRejectedByTheNameOfIt) {
  expect_success("#define WHOLE\n" + crippled);
  expect_error(crippled, "has_exchange");
}

TEST_P(Compile, ADeadlineOfAnotherClockIsRejectedWithAReason) {
  const std::string text = R"(
#include "impl/mutex.h"
struct clock_of_ours {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<clock_of_ours>;
  static constexpr bool is_steady = false;
  static time_point now();
};
bool f(holdfast::mutex& m) { return m.try_lock_until(clock_of_ours::time_point()); }
)";
  expect_error(text, "the kernel can wait on std::chrono::steady_clock and std::chrono::system_clock only");
}

TEST_P(Compile, AnIgnoredResultOfATryDoesNot) {
  expect_error("#include \"impl/mutex.h\"\nvoid f(holdfast::mutex& m) { m.try_lock(); }", "nodiscard");
}

TEST_P(Compile, EachHeaderDoesAlone) {
  int count = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator("impl")) {
    if (file.path().extension() != ".h") continue;
    ++count;
    expect_success("#include \"" + file.path().string() + "\"\n");
  }
  EXPECT_GT(count, 8);
}

}  // namespace
}  // namespace holdfast
