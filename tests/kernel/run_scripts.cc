// Development: runs a script file against both and prints.
#include <cstdio>
#include <fstream>
#include <sstream>

#include "tests/kernel/real_kernel.h"
using namespace holdfast::kernel_test;
int main(int c, char** v) {
  std::ifstream f(v[1]);
  std::stringstream ss;
  ss << f.rdbuf();
  real_kernel k;
  int bad = 0;
  for (auto& s : parse_scripts(ss.str(), v[1])) {
    auto ids = k.thread_ids();
    auto lead = k.leader_ids();
    auto m = run_on_model(s, ids, lead);
    auto r = k.run(s, std::chrono::milliseconds(3));
    bool same = m == r;
    std::printf("%s %s\n", same ? "ok  " : "DIFF", s.name.c_str());
    if (same && c < 3) continue;
    bad += !same;
    for (size_t i = 0; i < s.steps.size(); ++i) {
      auto show = [&](const step_trace& t) {
        std::string x = !t.applied ? "n/a" : result_text(t.result);
        for (auto& o : t.others) x += std::string(" ") + letter_of(o.thread) + "=" + result_text(o.result);
        for (size_t w = 0; w < t.memory.size(); ++w)
          if (t.memory[w])
            x += " w" + std::to_string(w) + "=" + std::to_string(t.memory[w] >> 30) + ":" + std::to_string(t.memory[w] & tid_mask);
        for (auto p : t.priorities)
          if (p && p != 100) x += " pr" + std::to_string(p);
        return x;
      };
      std::printf("  %c %-50s model %s", m[i] == r[i] ? ' ' : '*', to_text(s.steps[i]).c_str(), show(m[i]).c_str());
      if (m[i] != r[i]) std::printf("\n      real %s", show(r[i]).c_str());
      std::printf("\n");
    }
  }
  std::printf("%d different\n", bad);
}
