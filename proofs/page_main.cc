// page: rewrites the tables of proofs/mutex.md from the code and the proofs.
//
//     bazel run //proofs:page
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "proofs/page.h"

int main() {
  const char* root = std::getenv("BUILD_WORKSPACE_DIRECTORY");
  const auto path = std::filesystem::path(root == nullptr ? "." : root) / "proofs/mutex.md";
  try {
    std::ifstream in(path);
    if (!in) throw std::runtime_error("cannot read " + path.string());
    const std::string page{std::istreambuf_iterator<char>(in), {}};
    const auto text = holdfast::proofs::refreshed(page, holdfast::proofs::mutex_tables());
    std::ofstream out(path);
    out << text;
    if (!out.flush()) throw std::runtime_error("cannot write " + path.string());
    std::printf("%s: %s\n", path.c_str(), text == page ? "as it was" : "rewritten");
  } catch (const std::exception& e) {
    std::fprintf(stderr, "page: %s\n", e.what());
    return 2;
  }
}
