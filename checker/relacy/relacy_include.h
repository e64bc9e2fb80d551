// relacy_include: the one place that includes relacy. It undefines relacy's macros again and restores errno, its values and assert, so that
// the order of inclusion does not matter to whoever includes this.
#ifndef HOLDFAST_CHECKER_RELACY_RELACY_INCLUDE_H_
#define HOLDFAST_CHECKER_RELACY_RELACY_INCLUDE_H_

#include <cerrno>
#include <cstdlib>
#include <iostream>
#include <new>

// It numbers these errors as it likes.
#pragma push_macro("EAGAIN")
#pragma push_macro("EBUSY")
#pragma push_macro("EINTR")
#pragma push_macro("EINVAL")
#pragma push_macro("ETIMEDOUT")
#pragma push_macro("EWOULDBLOCK")

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wall"
#pragma GCC diagnostic ignored "-Wextra"
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#include <relacy/relacy.hpp>
#pragma GCC diagnostic pop

#pragma pop_macro("EAGAIN")
#pragma pop_macro("EBUSY")
#pragma pop_macro("EINTR")
#pragma pop_macro("EINVAL")
#pragma pop_macro("ETIMEDOUT")
#pragma pop_macro("EWOULDBLOCK")

#undef $
#undef VAR
#undef VAR_T
#undef TLS_T
#undef assert
#undef calloc
#undef delete
#undef errno
#undef free
#undef malloc
#undef memory_order_acq_rel
#undef memory_order_acquire
#undef memory_order_consume
#undef memory_order_relaxed
#undef memory_order_release
#undef memory_order_seq_cst
#undef new
#undef realloc

#include <cassert>
#define errno (*__errno_location())

#include <utility>

namespace holdfast::checker::relacy {

// relacy replaces the global operator new, and inside a search takes every allocation for the scenario's. While one of these lives, the
// heap is the ordinary one.
class outside_relacy {
 public:
  outside_relacy() : hidden_(std::exchange(rl::context_holder<>::instance_, nullptr)) {}
  ~outside_relacy() { rl::context_holder<>::instance_ = hidden_; }
  outside_relacy(const outside_relacy&) = delete;
  outside_relacy& operator=(const outside_relacy&) = delete;

 private:
  rl::context* hidden_;
};

}  // namespace holdfast::checker::relacy

#endif  // HOLDFAST_CHECKER_RELACY_RELACY_INCLUDE_H_
