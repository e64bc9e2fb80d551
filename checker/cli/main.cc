#include "checker/cli/command.h"

int main(int argc, char** argv) { return holdfast::checker::run_command(argc, argv); }
