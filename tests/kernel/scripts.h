// scripts: the hand-written scripts, from tests/kernel/scripts/, and what this machine lets them do.
#ifndef HOLDFAST_TESTS_KERNEL_SCRIPTS_H_
#define HOLDFAST_TESTS_KERNEL_SCRIPTS_H_

#include <string>
#include <vector>

#include "tests/kernel/script.h"

namespace holdfast::kernel_test {

std::vector<script> hand_written_scripts();

// What the running kernel lacks, by name, in the order of the list that is probed.
std::vector<std::string> missing_features();
bool kernel_has(opcode op);

// Whether SCHED_FIFO may be set here.
bool may_set_priorities();

// Why the script cannot run here; empty if it can.
std::string reason_to_skip(const script& s);

std::string file_text(const std::string& path);

}  // namespace holdfast::kernel_test

#endif  // HOLDFAST_TESTS_KERNEL_SCRIPTS_H_
