// condition_variable: the specification of a mutex and the condition variable that its owners wait on.
//
// State: the owner, or nobody; and in the order of their coming, the waiters that have not returned and the notifies that have to release one
// of those before them. A wait is two steps: `enter` releases the mutex, a return takes it again. It may return for no reason, but it may
// stay blocked only as long as no notify is left that has to release it, or the mutex is held.
//
// Whom a notify releases stays open until somebody returns: whoever does pays the first notify that came after it entered. That is
// the one with the fewest others to choose from, so if any choice explains a history, this one does.
#ifndef HOLDFAST_MODELS_SPEC_CONDITION_VARIABLE_H_
#define HOLDFAST_MODELS_SPEC_CONDITION_VARIABLE_H_

#include <algorithm>
#include <vector>

namespace holdfast::spec {

// Operations:
//   lock, unlock  of the mutex
//   enter         the first half of a wait: the mutex is released
//   released      the second half of a wait that has to return only if it is released
//   give_up       the second half of a timed wait: it has to return in any case
//   returned      the second half of any wait that did return
//   notify_one    releases one of the waiters, if there is any that is not released yet
//   notify_all    releases all of them
enum class condition_variable_operation : unsigned char { lock, unlock, enter, released, give_up, returned, notify_one, notify_all };

// Thread: ids of threads, 1 and above; 0 is nobody.
template <class Thread = unsigned>
struct condition_variable {
  using operation = condition_variable_operation;
  using thread = Thread;

  Thread owner = Thread(0);
  std::vector<Thread> line;  // the waiters; 0 stands for a notify

  bool enabled(operation op, const Thread& caller) const {
    const bool is_free = owner == Thread(0);
    switch (op) {
      case operation::lock: return is_free;
      case operation::unlock:
      case operation::enter: return owner == caller;
      case operation::released: return is_free && waits(caller) && notify_after(caller) != line.end();
      case operation::give_up:
      case operation::returned: return is_free && waits(caller);
      case operation::notify_one:
      case operation::notify_all: return true;
    }
    return false;
  }

  // REQUIRES: the operation is enabled.
  void effect(operation op, const Thread& caller) {
    switch (op) {
      case operation::lock: owner = caller; break;
      case operation::unlock: owner = Thread(0); break;
      case operation::enter:
        owner = Thread(0);
        line.push_back(caller);
        break;
      case operation::released:
      case operation::give_up:
      case operation::returned:
        owner = caller;
        if (const auto notify = notify_after(caller); notify != line.end()) line.erase(notify);
        line.erase(std::find(line.begin(), line.end(), caller));
        break;
      case operation::notify_one:
        if (2 * notifies() < line.size()) line.push_back(Thread(0));
        break;
      case operation::notify_all:
        while (2 * notifies() < line.size()) line.push_back(Thread(0));
        break;
    }
  }

  static constexpr const char* name(operation op) {
    switch (op) {
      case operation::lock: return "lock";
      case operation::unlock: return "unlock";
      case operation::enter: return "wait (enters)";
      case operation::released: return "wait (to be released)";
      case operation::give_up: return "timed wait (to end)";
      case operation::returned: return "wait (returned)";
      case operation::notify_one: return "notify_one";
      case operation::notify_all: return "notify_all";
    }
    return "?";
  }

  friend bool operator==(const condition_variable&, const condition_variable&) = default;

 private:
  std::size_t notifies() const { return static_cast<std::size_t>(std::count(line.begin(), line.end(), Thread(0))); }
  bool waits(const Thread& t) const { return std::find(line.begin(), line.end(), t) != line.end(); }
  auto notify_after(const Thread& t) const { return std::find(std::find(line.begin(), line.end(), t), line.end(), Thread(0)); }
};

}  // namespace holdfast::spec

#endif  // HOLDFAST_MODELS_SPEC_CONDITION_VARIABLE_H_
