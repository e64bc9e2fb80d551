#include "tests/cli/child.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

namespace holdfast::checker {
namespace {

std::vector<char*> pointers(std::vector<std::string>& all) {
  std::vector<char*> list;
  for (std::string& one : all) list.push_back(one.data());
  list.push_back(nullptr);
  return list;
}

int open_for(int given, const std::string& path) { return given >= 0 ? given : ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600); }

}  // namespace

std::string fresh_folder() {
  std::string name = testing::TempDir() + "/holdfast.XXXXXX";
  return std::string(::mkdtemp(name.data())) + "/";
}

std::string contents(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

bool exists(const std::string& path) { return std::filesystem::exists(path); }

child::child(const std::string& program, std::vector<std::string> arguments, const setting& s) : folder_(fresh_folder()) {
  arguments.insert(arguments.begin(), "tests/cli/" + program);
  std::vector<std::string> environment = s.environment;
  const std::vector<char*> argv = pointers(arguments);
  const std::vector<char*> envp = pointers(environment);
  pid_ = ::fork();
  if (pid_ != 0) return;
  for (const int signal : {SIGINT, SIGTERM, SIGPIPE}) ::signal(signal, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  ::dup2(open_for(s.out, folder_ + "out"), STDOUT_FILENO);
  ::dup2(open_for(s.err, folder_ + "err"), STDERR_FILENO);
  ::execve(argv[0], argv.data(), envp.data());
  ::_exit(127);
}

child::~child() {
  if (!has_ended_) send(SIGKILL);
  status();
  std::filesystem::remove_all(folder_);
}

void child::wait_for_file(const std::string& path) {
  for (int i = 0; i < 10'000 && !exists(path); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  ASSERT_TRUE(exists(path)) << path;
}

void child::send(int signal) const { ::kill(pid_, signal); }

int child::status() {
  if (has_ended_) return status_;
  int how = 0;
  ::waitpid(pid_, &how, 0);
  has_ended_ = true;
  status_ = WIFSIGNALED(how) ? -WTERMSIG(how) : WEXITSTATUS(how);
  return status_;
}

std::string child::out() {
  status();
  return contents(folder_ + "out");
}

std::string child::err() {
  status();
  return contents(folder_ + "err");
}

}  // namespace holdfast::checker
