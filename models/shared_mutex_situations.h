// shared_mutex_situations: what the models of impl/shared_mutex.h have in common: situations, and the policies by name.
#ifndef HOLDFAST_MODELS_SHARED_MUTEX_SITUATIONS_H_
#define HOLDFAST_MODELS_SHARED_MUTEX_SITUATIONS_H_

#include <cstdint>

#include "checker/exploration.h"
#include "checker/model_platform.h"
#include "impl/shared_mutex.h"

namespace holdfast::models {

// Over the first word and its queue.
inline bool two_share(const checker::world_view& v) { return (v.word(0) & shared_mutex_word::holders) == 2; }
inline bool one_holds(const checker::world_view& v) {
  return v.word(0) == shared_mutex_word::written || v.word(0) == shared_mutex_word::one_holder;
}
inline bool a_reader_sleeps(const checker::world_view& v) { return v.asleep_on(0) == 1 && shared_mutex_word::has_waiting(v.word(0)); }
inline bool two_readers_sleep(const checker::world_view& v) {
  return v.asleep_on(0) == 2 && (v.word(0) & shared_mutex_word::waiting) == 2 * shared_mutex_word::one_waiting;
}
inline bool a_writer_sleeps(const checker::world_view& v) { return v.asleep_on(0) == 1 && shared_mutex_word::may_sleep_at_door(v.word(0)); }
inline bool both_sleep(const checker::world_view& v) {
  return v.asleep_on(0) == 2 && shared_mutex_word::may_sleep_at_door(v.word(0)) && shared_mutex_word::has_waiting(v.word(0));
}
inline bool two_writers_sleep(const checker::world_view& v) { return v.asleep_on(0) == 2 && shared_mutex_word::is_queued_for(v.word(0)); }
inline const situation sharing_two{"two readers share", two_share};
inline const situation held{"somebody holds it", one_holds};
inline const situation sleeping_reader{"a reader sleeps", a_reader_sleeps};
inline const situation sleeping_readers{"two readers sleep", two_readers_sleep};
inline const situation sleeping_writer{"a writer sleeps at the door", a_writer_sleeps};
inline const situation sleeping_both{"a reader and a writer sleep", both_sleep};
inline const situation sleeping_writers{"a writer sleeps at the door, another in the queue", two_writers_sleep};

constexpr const char* name_of(shared_policy p) {
  using enum shared_policy;
  return p == phase_fair ? "phase_fair" : p == prefer_writers ? "prefer_writers" : "prefer_readers";
}

// How many executions the searches have, policy by policy.
struct counts {
  std::uint64_t phase_fair, prefer_writers, prefer_readers;
  std::uint64_t of(shared_policy p) const {
    return p == shared_policy::phase_fair ? phase_fair : p == shared_policy::prefer_writers ? prefer_writers : prefer_readers;
  }
};

}  // namespace holdfast::models

#endif  // HOLDFAST_MODELS_SHARED_MUTEX_SITUATIONS_H_
