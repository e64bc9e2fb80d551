// interrupt: the first Ctrl-C asks for an orderly end, the second ends the process at once.
#ifndef HOLDFAST_CHECKER_CLI_INTERRUPT_H_
#define HOLDFAST_CHECKER_CLI_INTERRUPT_H_

#include <atomic>

namespace holdfast::checker {

// From now on the signal (SIGINT, SIGTERM) sets interrupted(); its second arrival has the system's effect. A signal that the parent
// had ignored stays ignored.
void watch_for(int signal);

const std::atomic<bool>& interrupted();

}  // namespace holdfast::checker

#endif  // HOLDFAST_CHECKER_CLI_INTERRUPT_H_
