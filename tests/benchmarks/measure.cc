#include "tests/benchmarks/measure.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <random>
#include <regex>
#include <string_view>
#include <utility>

#include "tests/benchmarks/contended.h"
#include "tests/benchmarks/families/rows.h"
#include "tests/benchmarks/machine.h"
#include "tests/benchmarks/uncontended.h"
#include "tests/benchmarks/work.h"

namespace holdfast::benchmarks {
namespace {

using std::chrono::nanoseconds;

volatile std::sig_atomic_t interrupted = 0;

struct contender {
  const char* name;
  slice (*run)(const workload&, nanoseconds);
};

constexpr contender contenders[] = {
    {pthread_normal::name, &contend<pthread_normal>},
    {pthread_adaptive::name, &contend<pthread_adaptive>},
    {std_mutex::name, &contend<std_mutex>},
    {absl_mutex::name, &contend<absl_mutex>},
    {nsync_mutex::name, &contend<nsync_mutex>},
    {holdfast_mutex::name, &contend<holdfast_mutex>},
    {pthread_recursive::name, &contend<pthread_recursive>},
    {pthread_error_checking::name, &contend<pthread_error_checking>},
    {holdfast_adaptive::name, &contend<holdfast_adaptive>},
    {holdfast_error_checking::name, &contend<holdfast_error_checking>},
    {holdfast_interruptible::name, &contend<holdfast_interruptible>},
    {holdfast_mcs::name, &contend<holdfast_mcs>},
    {holdfast_recursive::name, &contend<holdfast_recursive>},
    {holdfast_ticket::name, &contend<holdfast_ticket>},
};

class session {
 public:
  explicit session(const settings& how) : how_(how), only_(pattern(how.only)) {
    result_.how = how;
    result_.machine = machine();
    result_.versions = versions();
    result_.iteration_ns = nanoseconds_per_iteration();
    result_.pause_ns = nanoseconds_per_pause();
    result_.calm_is_known = others_.is_exact();
    choose_pairs();
    choose_cells();
    choose_rows();
    if (result_.uncontended.empty() && result_.contended.empty() && result_.families.empty())
      throw selection_error("--only " + how.only + ": matches no measurement");
    // Each lock and cell, and the two slices that its ceiling takes.
    for (const cell& c : result_.contended) planned_ += how.rounds * (c.locks.size() + 2);
    for (const row& r : result_.families) planned_ += how.rounds * r.locks.size();
  }

  results run() {
    const auto start = std::chrono::steady_clock::now();
    const nanoseconds used = others_.used();
    pairs uncontended(std::max(how_.seconds / how_.rounds, 1e-4));
    for (unsigned round = 0; round < how_.rounds && interrupted == 0; ++round) {
      show_progress(round);
      for (std::size_t i : shuffled(result_.uncontended.size())) {
        series& s = result_.uncontended[i];
        s.rounds.push_back(uncontended.measure(s.lock));
      }
      for (cell& c : result_.contended)
        if (interrupted == 0) run_round(c);
      for (row& r : result_.families)
        if (interrupted == 0) run_round(r);
    }
    hide_progress();
    result_.interrupted = interrupted != 0;
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    result_.others = std::chrono::duration<double>(others_.used() - used).count() / took.count();
    return std::move(result_);
  }

 private:
  static std::regex pattern(const std::string& text) {
    try {
      return std::regex(text);
    } catch (const std::regex_error&) {
      throw selection_error("--only " + text + ": not a regular expression");
    }
  }

  bool selected(const std::string& name) const { return std::regex_search(name, only_); }

  void choose_pairs() {
    bool any = false;
    for (const std::string& lock : pairs::names()) any = any || selected("uncontended/" + lock);
    if (!any) return;
    for (const std::string& lock : pairs::names())
      if (lock == uncontended_reference || selected("uncontended/" + lock)) result_.uncontended.push_back({lock, {}, {}});
  }

  void choose_cells() {
    struct kind {
      const char* section;
      double nanoseconds;
      const char* outside;
    };
    // Equal work outside an empty section is none.
    constexpr kind kinds[] = {
        {"empty", 0, "none"}, {"0.1 us", 100, "none"}, {"2 us", 2000, "none"}, {"0.1 us", 100, "equal"}, {"2 us", 2000, "equal"}};
    for (const kind& k : kinds) {
      for (unsigned threads : {2u, 4u, 8u}) {
        const unsigned inside = iterations(k.nanoseconds);
        const unsigned outside = std::string_view(k.outside) == "equal" ? inside : 0;
        const std::string name = "contended/" + std::to_string(threads) + "/" + k.section + "/" + k.outside + "/";
        cell c{k.section, k.outside, {threads, inside, outside, how_.pin}, {}, {}};
        bool any = false;
        for (const contender& lock : contenders) any = any || selected(name + lock.name);
        if (!any) continue;
        for (const contender& lock : contenders)
          if (std::string_view(lock.name) == contended_reference || selected(name + lock.name)) c.locks.push_back({lock.name, {}, {}});
        result_.contended.push_back(std::move(c));
      }
    }
  }

  void choose_rows() {
    for (auto rows : {&condition_variable_rows, &owned_mutex_rows, &shared_mutex_rows, &semaphore_rows, &barrier_rows}) {
      for (family_row& f : rows()) {
        const std::string name = "families/" + f.name + "/";
        row r{f.name, {f.threads, iterations(f.inside_ns), 0, how_.pin}, f.at_least, {}};
        std::vector<family_contender> chosen;
        bool any = false;
        for (const family_contender& lock : f.locks) any = any || selected(name + lock.lock);
        if (!any) continue;
        for (std::size_t i = 0; i < f.locks.size(); ++i) {
          if (i > 1 && !selected(name + f.locks[i].lock)) continue;  // what is judged and what it is compared with are always there
          r.locks.push_back({f.locks[i].lock, {}, {}});
          chosen.push_back(f.locks[i]);
        }
        result_.families.push_back(std::move(r));
        family_contenders_.push_back(std::move(chosen));
      }
    }
  }

  unsigned iterations(double nanoseconds) const { return static_cast<unsigned>(std::lround(nanoseconds / result_.iteration_ns)); }

  std::vector<std::size_t> shuffled(std::size_t size) {
    std::vector<std::size_t> order(size);
    for (std::size_t i = 0; i < size; ++i) order[i] = i;
    std::shuffle(order.begin(), order.end(), random_);
    return order;
  }

  // One thread with the bare pair does the sections one at a time with nothing to wait for. With work outside, several threads can keep
  // the lock busy only as fast as that thread comes back to it, times how many threads run at once.
  double ceiling(const workload& load) {
    const nanoseconds half = slice_time() / 2;
    const double inside_only = measure(&contend<bare_pair>, {1, load.inside, 0, load.pin}, half).rate;
    if (load.outside == 0) return inside_only;
    const unsigned at_once = std::min(load.threads, std::max(1u, std::thread::hardware_concurrency()));
    return std::min(inside_only, at_once * measure(&contend<bare_pair>, {1, load.inside, load.outside, load.pin}, half).rate);
  }

  void run_round(cell& c) {
    std::vector<slice> measured(c.locks.size());
    const double top = ceiling(c.load);
    for (std::size_t i : shuffled(c.locks.size())) {
      const contender* lock =
          std::find_if(std::begin(contenders), std::end(contenders), [&](const contender& k) { return k.name == c.locks[i].lock; });
      measured[i] = measure(lock->run, c.load, slice_time());
    }
    c.ceiling.push_back(top);
    for (std::size_t i = 0; i < measured.size(); ++i) {
      c.locks[i].rounds.push_back(measured[i].rate);
      c.locks[i].fairness.push_back(measured[i].fairness);
      c.locks[i].rescued += measured[i].rescued;
    }
  }

  void run_round(row& r) {
    const std::vector<family_contender>& locks = family_contenders_[static_cast<std::size_t>(&r - result_.families.data())];
    for (std::size_t i : shuffled(locks.size())) {
      const slice measured = measure(locks[i].run, r.load, slice_time());
      r.locks[i].rounds.push_back(measured.rate);
      r.locks[i].rescued += measured.rescued;
    }
  }

  nanoseconds slice_time() const { return nanoseconds(static_cast<long long>(how_.seconds / how_.rounds * 1e9)); }

  // Repeats a slice in which others were busy, as long as all the repetitions together are fewer than the planned slices.
  slice measure(slice (*run)(const workload&, nanoseconds), const workload& load, nanoseconds time) {
    for (;;) {
      const auto start = std::chrono::steady_clock::now();
      const nanoseconds used = others_.used();
      const slice s = run(load, time);
      const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
      const double share = std::chrono::duration<double>(others_.used() - used) / took;
      ++result_.slices;
      if (!others_.is_exact() || share * 100 <= how_.calm) return s;
      if (result_.repeated >= planned_ || interrupted != 0) {
        ++result_.disturbed;
        return s;
      }
      ++result_.repeated;
    }
  }

  void show_progress(unsigned round) const {
    if (is_terminal()) std::fprintf(stderr, "\rround %u of %u ", round + 1, how_.rounds);
  }
  void hide_progress() const {
    if (is_terminal()) std::fprintf(stderr, "\r%30s\r", "");
  }
  static bool is_terminal() { return isatty(STDERR_FILENO) == 1; }

  settings how_;
  std::regex only_;
  results result_;
  std::vector<std::vector<family_contender>> family_contenders_;  // of result_.families
  other_processes others_;
  std::minstd_rand random_{1};
  unsigned planned_ = 0;
};

}  // namespace

results measure(const settings& how) {
  std::signal(SIGINT, [](int) { interrupted = 1; });
  return session(how).run();
}

}  // namespace holdfast::benchmarks
