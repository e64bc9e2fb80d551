#include "tests/disassembly.h"

#include <gtest/gtest.h>
#include <stdio.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <sstream>

namespace holdfast {
namespace {

bool has_any(const std::string& text, const std::vector<std::string>& parts) {
  return std::ranges::any_of(parts, [&](const std::string& p) { return text.find(p) != std::string::npos; });
}

bool is_padding(const std::string& text) {
  return text.starts_with("nop") || text.starts_with("cs nop") || text.starts_with("data16") || text.starts_with("xchg   %ax,%ax");
}

std::string name_of_this_program() {
  char path[4096] = "";
  const ssize_t length = ::readlink("/proc/self/exe", path, sizeof path - 1);
  const std::string exe(path, length > 0 ? static_cast<std::size_t>(length) : 0);
  return exe.substr(exe.rfind('/') + 1);
}

std::string text_of(const std::vector<const instruction*>& run) {
  std::ostringstream text;
  for (const instruction* i : run) text << "    " << i->place << " in " << i->function << ": " << i->text << "\n";
  return text.str();
}

}  // namespace

std::vector<instruction> disassembly_of(const std::vector<std::string>& functions, const std::vector<std::string>& but_not) {
  std::vector<instruction> all;
  const std::string command = "objdump -d -C --no-show-raw-insn /proc/" + std::to_string(::getpid()) + "/exe";
  FILE* const out = ::popen(command.c_str(), "r");
  if (out == nullptr) return all;
  const std::string file = name_of_this_program();
  std::string function;
  char* line = nullptr;
  std::size_t room = 0;
  while (::getline(&line, &room, out) > 0) {
    std::string text(line);
    while (!text.empty() && text.back() == '\n') text.pop_back();
    if (const auto name = text.find(" <"); name == 16) {
      function = text.substr(name + 2, text.rfind(">:") - name - 2);
    } else if (const auto colon = text.find(":\t"); colon != std::string::npos) {
      if (!has_any(function, functions) || has_any(function, but_not)) continue;
      const std::string what = text.substr(colon + 2);
      if (is_padding(what)) continue;
      const auto address = text.find_first_not_of(' ');
      all.push_back({file + "+0x" + text.substr(address, colon - address), function, what});
    }
  }
  std::free(line);
  ::pclose(out);
  return all;
}

void expect_reached(const std::vector<instruction>& all, const std::set<std::string>& places, const std::vector<std::string>& excused) {
  std::size_t reached = 0;
  std::vector<std::vector<const instruction*>> missed;  // runs without a gap
  bool in_run = false;
  for (const instruction& i : all) {
    if (places.contains(i.place)) {
      ++reached;
      in_run = false;
      continue;
    }
    if (!in_run || missed.back().back()->function != i.function) missed.emplace_back();
    missed.back().push_back(&i);
    in_run = true;
  }
  std::cout << "  killed at " << reached << " of the " << all.size() << " instructions of the mutex, and at " << places.size() - reached
            << " outside\n";
  for (const auto& run : missed) {
    // With the few that lead to such a call, and back.
    const auto calls = std::ranges::count_if(run, [&](const instruction* i) { return has_any(i->text, excused); });
    if (run.size() <= 4 * static_cast<std::size_t>(calls)) {
      std::cout << "  not reached, for it ends the program or is done once for a thread:\n" << text_of(run);
    } else {
      ADD_FAILURE() << "not reached:\n" << text_of(run);
    }
  }
}

}  // namespace holdfast
