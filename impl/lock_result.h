// lock_result: what comes of locking a mutex that can tell more than whether it was free.
#ifndef HOLDFAST_IMPL_LOCK_RESULT_H_
#define HOLDFAST_IMPL_LOCK_RESULT_H_

#include <cstdint>

namespace holdfast {

//   acquired         the caller owns the mutex
//   owner_died       the caller owns it, and the owner before died: what it protects may be half-done. After make_consistent() it is as
//                    any other; if the caller unlocks it without, it is not_recoverable
//   not_recoverable  nobody will own it any more
//   busy             try_lock: another thread owns it, or is just finding out that it is not recoverable
//   timed_out        the timed forms: the deadline has passed
enum class lock_result : std::uint8_t { acquired, owner_died, not_recoverable, busy, timed_out };

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_LOCK_RESULT_H_
