#include "checker/cli/test_command.h"

int main(int argc, char** argv) { return holdfast::checker::run_test_command(argc, argv); }
