// files: where names on the command line point, and results that are written whole or not at all.
#ifndef HOLDFAST_CHECKER_CLI_FILES_H_
#define HOLDFAST_CHECKER_CLI_FILES_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace holdfast::checker {

// Relative names start where the user stands, which under `bazel run` is not where the program does (BUILD_WORKING_DIRECTORY).
std::string from_where_the_user_stands(const std::string& name);

// Throws usage_error if `path` cannot be written to, before hours of work are done for it. Leaves nothing behind.
void require_writable(const std::string& path);

// Writes a temporary file beside `path` and renames it. What is there and is no regular file (a terminal, a pipe) is written to.
// Throws usage_error; then `path` is as it was.
void write_whole(const std::string& path, std::string_view text);

// All that is in the file, or no more than `most` bytes. Throws usage_error, which ends with the advice.
std::string read_whole(const std::string& path, const std::string& advice, std::size_t most = ~std::size_t{0});

// Empty if there is no such regular file, or nothing in it.
std::string beginning_of_file(const std::string& path, std::size_t bytes);

// Whether there was one. What is no regular file stays. Throws usage_error.
bool remove_file(const std::string& path);

// Throws usage_error if there is no such folder and none can be made.
void require_folder(const std::string& path);

// Throws usage_error; or broken_pipe, if the reader went away.
void write_to_stdout(std::string_view text);
struct broken_pipe {};

}  // namespace holdfast::checker

#endif  // HOLDFAST_CHECKER_CLI_FILES_H_
