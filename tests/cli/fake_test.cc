// A model_test over the fake checks; FAKE_EMPTY leaves them out.
#include <cstdlib>

#include "checker/cli/test_command.h"
#include "tests/cli/fake_checks.h"

int main(int argc, char** argv) {
  if (std::getenv("FAKE_EMPTY") == nullptr) holdfast::checker::register_fake_checks();
  return holdfast::checker::run_test_command(argc, argv);
}
