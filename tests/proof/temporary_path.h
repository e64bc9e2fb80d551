// temporary_path: another PATH for a while.
#ifndef HOLDFAST_TESTS_PROOF_TEMPORARY_PATH_H_
#define HOLDFAST_TESTS_PROOF_TEMPORARY_PATH_H_

#include <cstdlib>
#include <string>

namespace holdfast::tests {

class temporary_path {
 public:
  explicit temporary_path(const std::string& path) {
    const char* now = std::getenv("PATH");
    before_ = now == nullptr ? "" : now;
    setenv("PATH", path.c_str(), 1);
  }
  ~temporary_path() { setenv("PATH", before_.c_str(), 1); }
  temporary_path(const temporary_path&) = delete;
  temporary_path& operator=(const temporary_path&) = delete;

 private:
  std::string before_;
};

}  // namespace holdfast::tests

#endif  // HOLDFAST_TESTS_PROOF_TEMPORARY_PATH_H_
