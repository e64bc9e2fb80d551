// runner: runs a program's threads natively, each on a fiber, and fills the tree of what they may ask.
//
// A thread is run again from its start, with the replies that it had, whenever a reply is to be tried that leads elsewhere. It must then
// ask the same again: if it does not, it depends on something besides its replies (a clock, a random number, memory that the search does not
// know of), and that is reported as a nondeterminism.
#ifndef HOLDFAST_CHECKER_RUNTIME_RUNNER_H_
#define HOLDFAST_CHECKER_RUNTIME_RUNNER_H_

#include <array>
#include <cstdint>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "checker/exploration.h"
#include "checker/graph/request.h"
#include "checker/runtime/fiber.h"
#include "checker/runtime/heap.h"
#include "checker/runtime/objects.h"
#include "checker/runtime/owned_words.h"
#include "checker/runtime/robust_list.h"
#include "checker/runtime/world.h"

namespace holdfast::checker::runtime {

// The code under test asked something else than it did before, after the same replies; what() names both.
struct nondeterminism : std::runtime_error {
  using std::runtime_error::runtime_error;
};
// What the C++ runtime keeps of exceptions for each thread of the system: here, for each fiber.
struct exception_state {
  void* caught = nullptr;
  unsigned uncaught = 0;
};

class runner final : public graph::thread_tree {
 public:
  runner(program& running, const exploration& what);
  ~runner() override;

  // By location; the first is the kernel's queue.
  const object& object_at(graph::location_id l) const { return objects_[l]; }
  std::size_t object_count() const { return objects_.size(); }
  bool has_overlaps() const { return objects_.has_overlaps(); }
  bool mutation_applied() const { return mutation_applied_; }

  // For world.cc, on a fiber: asks the search.
  struct call {
    graph::request what;
    site at{""};
    place object = nullptr;
    place to = nullptr;
    object_kind kind;
    graph::mark said;
    bool is_mark = false;
    const char* thrown = nullptr;  // the mangled type of an exception that nobody caught
  };
  static runner* current();
  graph::reply ask(const call& c);
  // The same, but the thread does not die before it.
  graph::reply pose(const call& c);
  // What the thread tells the kernel of its robust list.
  enum class robust_step : std::uint8_t { pending, link, unlink, done };
  void change_robust_list(robust_step what, place word);
  // The kernel looks at the thread's robust list; then the thread has ended.
  [[noreturn]] void die();
  // What the kernel sees of a word before it has its lock: a call that has begun, the thread cannot die between this and its next step.
  std::uint64_t look_at(place word);
  // Whether the operation is left out by the mutation.
  bool drops(const char* label);
  const exploration& what() const { return what_; }
  unsigned running_thread() const { return running_; }

 protected:
  const graph::arrival& run(unsigned thread, graph::node_id from, const graph::reply& r) override;

 private:
  struct thread_state {
    std::unique_ptr<fiber> stack;
    std::unique_ptr<arena> memory;
    exception_state exceptions;
    graph::node_id at = graph::no_node;  // no_node: it has to be run from its start
    graph::reply given;
    unsigned spurious_left = 0;
    unsigned interruptions_left = 0;
    robust_list robust;
    owned_words owned;
    bool has_died = false;
  };
  struct entry_argument {
    runner* self;
    unsigned thread;
  };

  static void enter(void* argument);
  void body(unsigned thread);
  void perform(unsigned thread);
  [[noreturn]] void end_by_exception(const char* what);
  const char* text_of_exception();
  void restart(unsigned thread);
  void resume(unsigned thread);
  void run_fiber(unsigned thread);
  void require_own_memory(unsigned thread);
  void receive();
  void mutate(graph::request& q, const site& at);
  bool may_die() const;
  void note_owned(unsigned thread, const graph::request& q, const graph::reply& r);
  void maybe_die();
  void mark_death(bool begins);
  void release_robust(place word, bool pending);
  void feed(unsigned thread, graph::node_id from, const graph::reply& r);
  void replay(unsigned thread, graph::node_id to);
  void check_same(unsigned thread, graph::node_id n) const;
  const site* interned(const site& at);

  program& program_;
  const exploration& what_;
  std::array<thread_state, graph::most_threads> threads_;
  std::array<entry_argument, graph::most_threads> arguments_;
  unsigned running_ = 0;
  bool constructed_ = false;
  std::vector<std::byte> memory_;  // the scenario, as it was constructed
  call asked_;
  graph::arrival arrival_;
  bool mutation_applied_ = false;
  object_table objects_;
  std::vector<std::unique_ptr<site>> sites_;
  std::set<std::string> texts_;
};

}  // namespace holdfast::checker::runtime

#endif  // HOLDFAST_CHECKER_RUNTIME_RUNNER_H_
