// test_command: what is registered, as one Bazel test (model_test and proof_test in bazel/defs.bzl).
//
// Runs every check that is not long; --long-only: the long ones only; --proofs: proofs only. Passes if every result is as expected. A
// test that holds no such check fails: it would pass for ever.
//   TESTBRIDGE_TEST_ONLY (--test_filter)  patterns as `holdfast check` takes them, with colons between; one that matches nothing here
//                                         is another test's
//   TEST_SHARD_INDEX, TEST_TOTAL_SHARDS   whole checks are dealt out, each to one shard; a shard may be left with none, and passes.
//                                         A search that is expected to be verified with a million executions or more is divided instead
//   TEST_SHARD_STATUS_FILE                touched, so that Bazel knows that shards are understood
//   XML_OUTPUT_FILE                       JUnit
//   TEST_UNDECLARED_OUTPUTS_DIR           results.json, and proofs' SMT-LIB files in smt/
// What shards that all pass show: every check that was dealt out has its verdict, mutants included. Of a divided search: no part has a
// violation, the first part saw the situation that must be reached, and none has more executions than are expected of all. That the counts
// add up no shard can see: each is in its results.json, and tests/remote_execution.sh and tests/cli/search_test.cc add such up.
// SIGTERM, which Bazel sends when time is up, ends the running check; the reports are written.
#ifndef HOLDFAST_CHECKER_CLI_TEST_COMMAND_H_
#define HOLDFAST_CHECKER_CLI_TEST_COMMAND_H_

namespace holdfast::checker {

int run_test_command(int argc, char** argv);

}  // namespace holdfast::checker

#endif  // HOLDFAST_CHECKER_CLI_TEST_COMMAND_H_
