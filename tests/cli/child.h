// child: a program run by a test, and what it said.
#ifndef HOLDFAST_TESTS_CLI_CHILD_H_
#define HOLDFAST_TESTS_CLI_CHILD_H_

#include <sys/types.h>

#include <string>
#include <vector>

namespace holdfast::checker {

// A fresh folder under the test's own, with a slash at the end.
std::string fresh_folder();

std::string contents(const std::string& path);
bool exists(const std::string& path);

struct setting {
  std::vector<std::string> environment;  // all of it: nothing is inherited
  int out = -1;                          // standard output, where it is not to be caught
  int err = -1;
};

class child {
 public:
  // `program` stands in this test's folder.
  child(const std::string& program, std::vector<std::string> arguments, const setting& s = {});
  ~child();
  child(const child&) = delete;
  child& operator=(const child&) = delete;

  void wait_for_file(const std::string& path);  // fails the test after ten seconds
  void send(int signal) const;

  // These wait for the end.
  int status();  // the exit status, or minus the signal
  std::string out();
  std::string err();

 private:
  pid_t pid_ = -1;
  bool has_ended_ = false;
  int status_ = 0;
  std::string folder_;
};

}  // namespace holdfast::checker

#endif  // HOLDFAST_TESTS_CLI_CHILD_H_
