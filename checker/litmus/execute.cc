#include "checker/litmus/execute.h"

#include <stdexcept>
#include <utility>

#include "checker/exploration.h"
#include "checker/litmus/collector.h"
#include "checker/litmus/executable.h"
#include "checker/runtime/runner.h"

namespace holdfast::checker::litmus {
namespace {

// Again from the start where the engine finds that it was wrong about what a thread waits for.
void visit_all(graph::explorer& exploring, collector& found) {
  exploring.run({});
  while (exploring.must_restart()) {
    exploring.restart();
    found.forget();
    exploring.run({});
  }
}

findings run(const program& p, const execute_options& options, plain_access how) {
  executable code(p, how);
  exploration what;
  what.threads = static_cast<unsigned>(p.threads.size());
  runtime::runner running(code, what);
  collector found(p, code.where(), options);
  graph::exploration_options form;
  form.model = options.model;
  form.races = false;
  form.awaits = false;  // who waits for ever is of interest, and so is who could have gone on had it looked earlier
  graph::explorer exploring(running, what.threads, form, found);
  found.watch(exploring);
  std::string gave_up;
  try {
    visit_all(exploring, found);
  } catch (const std::runtime_error& e) {  // runtime::unsupported, runtime::nondeterminism
    gave_up = e.what();
  } catch (const std::length_error& e) {
    gave_up = e.what();
  }
  findings result = found.take();
  if (!gave_up.empty()) result.stopped_by = gave_up;
  return result;
}

bool has_plain_locations(const program& p) {
  for (const location& l : p.locations) {
    if (!l.is_atomic) return true;
  }
  return false;
}

}  // namespace

std::string_view name_of(access_kind k) {
  switch (k) {
    case access_kind::reads: return "reads";
    case access_kind::writes: return "writes";
    case access_kind::updates: return "updates";
  }
  return "";
}

// A loop that waits for a plain location goes on to a bound. What is wrong with it shows where the engine takes such reads for awaits: more
// may be ordered there, not less, so that its executions are executions of the program.
findings execute(const program& p, const execute_options& options) {
  findings result = run(p, options, plain_access::plain);
  const bool may_wait = !result.stopped_by.empty() && (options.stop == nullptr || !options.stop->load());
  if (!may_wait || !result.defects.empty() || !has_plain_locations(p)) return result;
  execute_options again = options;
  again.draws = false;
  result.defects = run(p, again, plain_access::relaxed).defects;
  for (defect& d : result.defects) d.executions = 0;
  return result;
}

}  // namespace holdfast::checker::litmus
