// orders: the names of memory orders, and which orders an operation takes.
#ifndef HOLDFAST_CHECKER_LITMUS_ORDERS_H_
#define HOLDFAST_CHECKER_LITMUS_ORDERS_H_

#include <cstdint>
#include <string_view>

#include "checker/litmus/lexer.h"
#include "impl/platform.h"

namespace holdfast::checker::litmus {

// The orders that C and C++ allow. An update is a read-modify-write or a fence; a failure is what a failed compare-and-exchange is: a load.
enum class ordered : std::uint8_t { load, store, update, failure };

// `memory_order_acquire`, `std::memory_order::acquire`, `mo_acquire` or `acquire`. Refuses names of no order, and orders that `what` does
// not take.
order parse_order(lexer& in, ordered what);

// "memory_order_acquire"
std::string_view name_of(order o);

// What a failed compare-and-exchange is if only one order was given.
order failure_for(order success);

}  // namespace holdfast::checker::litmus

#endif  // HOLDFAST_CHECKER_LITMUS_ORDERS_H_
