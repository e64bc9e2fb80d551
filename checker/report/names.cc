#include "checker/report/names.h"

#include <array>
#include <cstddef>

namespace holdfast::checker {
namespace {

struct names {
  std::string_view key;
  std::string_view text;
};

// In the order of the enumerators.
constexpr std::array verdicts = {
    names{"verified", "VERIFIED"},
    names{"violated", "VIOLATED"},
    names{"inconclusive", "INCONCLUSIVE"},
};

constexpr std::array kinds = {
    names{"none", "none"},
    names{"data_race", "data race"},
    names{"lost_wake_up", "lost wake-up"},
    names{"deadlock", "deadlock"},
    names{"livelock", "livelock"},
    names{"specification", "specification"},
    names{"assertion", "assertion"},
    names{"uninitialised", "uninitialised"},
    names{"use_after_free", "use after free"},
    names{"leak", "leak"},
    names{"misuse", "misuse"},
    names{"inversion", "priority inversion"},
    names{"exception", "exception"},
    names{"unreached", "unreached"},
    names{"obligation", "refuted"},
    names{"undecided", "undecided"},
};
static_assert(kinds.size() == static_cast<std::size_t>(violation_kind::undecided) + 1);

template <class Enum, std::size_t N>
std::optional<Enum> find_key(const std::array<names, N>& all, std::string_view key) {
  for (std::size_t i = 0; i < N; ++i) {
    if (all[i].key == key) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view text_of(verdict v) { return verdicts.at(static_cast<std::size_t>(v)).text; }
std::string_view text_of(violation_kind k) { return kinds.at(static_cast<std::size_t>(k)).text; }
std::string_view key_of(verdict v) { return verdicts.at(static_cast<std::size_t>(v)).key; }
std::string_view key_of(violation_kind k) { return kinds.at(static_cast<std::size_t>(k)).key; }

std::optional<verdict> verdict_from_key(std::string_view key) { return find_key<verdict>(verdicts, key); }
std::optional<violation_kind> violation_kind_from_key(std::string_view key) { return find_key<violation_kind>(kinds, key); }

std::string text_of(violation_kind k, std::string_view object) {
  std::string text(text_of(k));
  if (object.empty()) return text;
  // A situation or an obligation is a clause, not the name of a thing.
  const bool is_clause = k == violation_kind::unreached || k == violation_kind::obligation || k == violation_kind::undecided;
  if (is_clause) return text + ": " + std::string(object);
  return text + " on `" + std::string(object) + "`";
}

}  // namespace holdfast::checker
