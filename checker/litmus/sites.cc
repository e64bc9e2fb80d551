#include "checker/litmus/sites.h"

#include <fmt/format.h>

namespace holdfast::checker::litmus {

sites::sites(const program& p) {
  for (const thread& t : p.threads) {
    for (const statement& s : t.statements) add(p.file, s.at);
    for (const expression& e : t.expressions) add(p.file, e.at);
  }
}

void sites::add(const std::string& file, const position& at) {
  site s = "";
  s.label = labels_.emplace(&at, fmt::format("{}:{}", at.line, at.column)).first->second.c_str();
  s.file = file.c_str();
  s.line = static_cast<int>(at.line);
  sites_.emplace(&at, s);
  positions_.emplace(s.label, &at);
}

}  // namespace holdfast::checker::litmus
