// Files: where names point, and that a file is written whole or left as it was.
#include "checker/cli/files.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "checker/cli/usage_error.h"
#include "tests/cli/child.h"

namespace holdfast::checker {
namespace {

std::size_t files_in(const std::string& folder) {
  std::size_t n = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder)) ++n;
  return n;
}

template <class Action>
std::string refusal(Action action) {
  try {
    action();
  } catch (const usage_error& e) {
    return e.what();
  }
  return "accepted";
}

TEST(WhereTheUserStands, IsBazelsWorkingDirectory) {
  ::setenv("BUILD_WORKING_DIRECTORY", "/home/me", 1);
  EXPECT_EQ(from_where_the_user_stands("out.json"), "/home/me/out.json");
  EXPECT_EQ(from_where_the_user_stands("/tmp/out.json"), "/tmp/out.json");
  EXPECT_EQ(from_where_the_user_stands(""), "");
  ::unsetenv("BUILD_WORKING_DIRECTORY");
  EXPECT_EQ(from_where_the_user_stands("out.json"), "out.json");
}

TEST(WriteWhole, MakesOrReplacesTheFileAndLeavesNothingElse) {
  const std::string folder = fresh_folder();
  write_whole(folder + "f", "one");
  write_whole(folder + "f", "two");
  EXPECT_EQ(contents(folder + "f"), "two");
  EXPECT_EQ(files_in(folder), 1u);
}

TEST(WriteWhole, KeepsModesAndLinks) {
  const std::string folder = fresh_folder();
  write_whole(folder + "f", "one");
  ::chmod((folder + "f").c_str(), 0640);
  ASSERT_EQ(::symlink("f", (folder + "link").c_str()), 0);
  write_whole(folder + "link", "two");
  EXPECT_EQ(contents(folder + "f"), "two");
  EXPECT_TRUE(std::filesystem::is_symlink(folder + "link"));
  struct stat there = {};
  ASSERT_EQ(::stat((folder + "f").c_str(), &there), 0);
  EXPECT_EQ(there.st_mode & 0777, 0640u);
}

TEST(WriteWhole, LeavesTheFileAsItWasWhenThereIsNoRoom) {
  const std::string folder = fresh_folder();
  write_whole(folder + "f", "old");
  ::signal(SIGXFSZ, SIG_IGN);
  rlimit before = {};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small = {8, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  const std::string said = refusal([&] { write_whole(folder + "f", "far more than eight bytes"); });
  ::setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_EQ(said, "cannot write " + folder + "f: File too large; make room");
  EXPECT_EQ(contents(folder + "f"), "old");
  EXPECT_EQ(files_in(folder), 1u);
}

TEST(WriteWhole, WritesIntoWhatIsNoRegularFile) {
  write_whole("/dev/null", "text");
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
  EXPECT_EQ(refusal([] { write_whole("/dev/full", "text"); }), "cannot write /dev/full: No space left on device; make room");
}

TEST(RequireWritable, RefusesBeforeAnythingIsWritten) {
  const std::string folder = fresh_folder();
  const std::string advice = "; name a file in a folder that exists and that you may write to";
  EXPECT_EQ(refusal([&] { require_writable(folder + "none/f"); }), "cannot write " + folder + "none/f: No such file or directory" + advice);
  EXPECT_EQ(refusal([&] { require_writable(folder); }), "cannot write " + folder + ": Is a directory" + advice);
  write_whole(folder + "f", "");
  EXPECT_EQ(refusal([&] { require_writable(folder + "f/g"); }), "cannot write " + folder + "f/g: Not a directory" + advice);
  EXPECT_EQ(refusal([&] { require_writable(folder + "new"); }), "accepted");
  EXPECT_EQ(files_in(folder), 1u);
}

TEST(RequireFolder, MakesItOrRefuses) {
  const std::string folder = fresh_folder();
  require_folder(folder + "a/b");
  EXPECT_TRUE(std::filesystem::is_directory(folder + "a/b"));
  write_whole(folder + "f", "");
  EXPECT_EQ(refusal([&] { require_folder(folder + "f"); }),
            "cannot use the folder " + folder + "f: Not a directory; name one that you may write to");
}

}  // namespace
}  // namespace holdfast::checker
