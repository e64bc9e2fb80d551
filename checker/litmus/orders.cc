#include "checker/litmus/orders.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

namespace holdfast::checker::litmus {
namespace {

struct named_order {
  order is;
  std::string_view name;
};

constexpr std::array names = {
    named_order{order::relaxed, "memory_order_relaxed"}, named_order{order::consume, "memory_order_consume"},
    named_order{order::acquire, "memory_order_acquire"}, named_order{order::release, "memory_order_release"},
    named_order{order::acq_rel, "memory_order_acq_rel"}, named_order{order::seq_cst, "memory_order_seq_cst"},
};

std::string_view without(std::string_view prefix, std::string_view name) {
  return name.starts_with(prefix) ? name.substr(prefix.size()) : name;
}

const named_order* find(std::string_view name) {
  const std::string_view stem = without("mo_", without("memory_order_", name));
  const auto* const found =
      std::find_if(names.begin(), names.end(), [&](const named_order& o) { return without("memory_order_", o.name) == stem; });
  return found == names.end() ? nullptr : found;
}

bool takes(ordered what, order o) {
  const bool is_for_load = o != order::release && o != order::acq_rel;
  const bool is_for_store = o == order::relaxed || o == order::release || o == order::seq_cst;
  return what == ordered::update || (what == ordered::store ? is_for_store : is_for_load);
}

std::string_view orders_of(ordered what) {
  switch (what) {
    case ordered::load: return "an order for a load (relaxed, consume, acquire or seq_cst)";
    case ordered::store: return "an order for a store (relaxed, release or seq_cst)";
    case ordered::failure: return "an order for failure (relaxed, consume, acquire or seq_cst)";
    case ordered::update: break;
  }
  return "a memory order (memory_order_relaxed, _consume, _acquire, _release, _acq_rel or _seq_cst)";
}

}  // namespace

order parse_order(lexer& in, ordered what) {
  if (in.at("std") && in.at("::", 1)) {
    in.take();
    in.take();
  }
  if (in.at("memory_order") && in.at("::", 1)) {
    in.take();
    in.take();
  }
  const named_order* named = in.peek().kind == token_kind::name ? find(in.peek().text) : nullptr;
  if (named == nullptr) in.unexpected(orders_of(ordered::update));
  if (!takes(what, named->is)) in.unexpected(orders_of(what));
  in.take();
  return named->is;
}

std::string_view name_of(order o) {
  return std::find_if(names.begin(), names.end(), [&](const named_order& n) { return n.is == o; })->name;
}

order failure_for(order success) {
  if (success == order::acq_rel) return order::acquire;
  return success == order::release ? order::relaxed : success;
}

}  // namespace holdfast::checker::litmus
