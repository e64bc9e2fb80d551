// The reader's page says what the extraction and the proofs say now.
#include "proofs/page.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace holdfast::proofs {
namespace {

std::string file(const char* path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Page, HasTheTablesOfTheseProofs) {
  const auto page = file("proofs/mutex.md");
  ASSERT_FALSE(page.empty());
  const auto now = refreshed(page, mutex_tables());
  EXPECT_EQ(page, now) << "run `bazel run //proofs:page` and look at the difference";
  EXPECT_EQ(now.find("**FAILS**"), std::string::npos);
  EXPECT_EQ(now.find("survives**"), std::string::npos);
}

TEST(Page, NamesItsTablesOrFails) {
  const std::vector<table> one = {{"a", "text\n"}};
  EXPECT_EQ(refreshed("<!-- begin a -->\nold\n<!-- end a -->\n", one), "<!-- begin a -->\ntext\n<!-- end a -->\n");
  EXPECT_THROW(refreshed("<!-- begin b -->\n<!-- end b -->\n", one), std::invalid_argument);
  EXPECT_THROW(refreshed("<!-- begin a -->\n", one), std::invalid_argument);
  EXPECT_THROW(refreshed("", one), std::invalid_argument);
}

}  // namespace
}  // namespace holdfast::proofs
