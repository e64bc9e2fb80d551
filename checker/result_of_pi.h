// result_of_pi: how the kernel's answer to a call with priority inheritance reads on an exploring platform.
#ifndef HOLDFAST_CHECKER_RESULT_OF_PI_H_
#define HOLDFAST_CHECKER_RESULT_OF_PI_H_

#include <cerrno>

#include "impl/platform.h"

namespace holdfast::checker {

// Of 0 or an errno.
constexpr pi_result result_of_pi(int error) {
  switch (error) {
    case 0: return pi_result::done;
    case ETIMEDOUT: return pi_result::timed_out;
    case EAGAIN: return pi_result::again;
    case EDEADLK: return pi_result::deadlock;
    case ESRCH: return pi_result::owner_lost;
    case EPERM: return pi_result::not_owner;
    default: return pi_result::inconsistent;
  }
}

}  // namespace holdfast::checker

#endif  // HOLDFAST_CHECKER_RESULT_OF_PI_H_
