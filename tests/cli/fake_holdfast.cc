// The command over the fake checks.
#include "checker/cli/command.h"
#include "tests/cli/fake_checks.h"

int main(int argc, char** argv) {
  holdfast::checker::register_fake_checks();
  return holdfast::checker::run_command(argc, argv);
}
