#include "checker/litmus/scope.h"

#include <fmt/format.h>

#include "checker/litmus/declared_type.h"

namespace holdfast::checker::litmus {

void scope::close() {
  for (std::size_t& depth : declared_at_) {
    if (depth == depth_) depth = 0;
  }
  --depth_;
}

std::optional<index> scope::find_local(std::string_view name) const {
  for (index i = 0; i < declared_at_.size(); ++i) {
    if (declared_at_[i] != 0 && thread_.locals[i].name == name) return i;
  }
  return std::nullopt;
}

std::optional<index> scope::find_shared(std::string_view name) const {
  const auto found = shared_.find(name);
  if (found == shared_.end() || find_local(name)) return std::nullopt;
  return found->second;
}

index scope::declare(const token& name, type of) { return add(name, of, depth_); }

index scope::declare_by_use(const token& name) {
  for (index i = 0; i < declared_at_.size(); ++i) {
    if (thread_.locals[i].name == name.text) return add(name, thread_.locals[i].of, 1);
  }
  return add(name, long_type, 1);
}

index scope::add(const token& name, type of, std::size_t depth) {
  for (index i = 0; i < declared_at_.size(); ++i) {
    const local& earlier = thread_.locals[i];
    if (earlier.name != name.text) continue;
    if (declared_at_[i] != 0) {
      in_.fail(name.at, fmt::format("a name that is not yet declared in this thread (line {} declares it)", earlier.at.line), shown(name));
    }
    if (earlier.of != of) {
      in_.fail(name.at, fmt::format("the type `{}` that line {} gives this name", name_of(earlier.of), earlier.at.line),
               quoted(name_of(of)));
    }
    declared_at_[i] = depth;
    return i;
  }
  if (thread_.locals.size() == max_locals) in_.fail(name.at, fmt::format("at most {} variables in a thread", max_locals), shown(name));
  thread_.locals.push_back({std::string(name.text), of, name.at});
  declared_at_.push_back(depth);
  return static_cast<index>(thread_.locals.size() - 1);
}

}  // namespace holdfast::checker::litmus
