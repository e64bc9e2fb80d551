// Development: random scripts against both.
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "tests/kernel/compare.h"
#include "tests/kernel/generator.h"
using namespace holdfast::kernel_test;
int main(int, char** v) {
  real_kernel k;
  k.part_words();
  generator_options o;
  o.priorities = v[3] != nullptr;
  int bad = 0;
  size_t steps = 0, first = 0, ran = 0;
  auto t0 = std::chrono::steady_clock::now();
  for (uint64_t seed = std::strtoull(v[1], 0, 0), end = seed + std::strtoull(v[2], 0, 0); seed < end; ++seed, ++ran) {
    script s = generate(seed, o);
    steps += s.steps.size();
    recording r = record(k, s);
    if (agrees(r)) continue;
    ++first;
    if (kernel_agrees(k, s, r)) continue;
    ++bad;
    script m = shrink(k, s);
    kernel_agrees(k, m, r);
    std::printf("%s\n", describe(r).c_str());
    std::fflush(stdout);
    if (bad == 5) break;
  }
  double el = std::chrono::duration<double>(std::chrono::steady_clock::now() - t0).count();
  std::printf("%zu scripts, %zu steps, %zu differed at first, %d differ; %.0f scripts a minute\n", ran, steps, first, bad, ran / el * 60);
}
