#include "checker/report/json.h"

#include <fmt/format.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <type_traits>

#include "checker/report/names.h"

namespace holdfast::checker {
namespace {

// Members in the order of the record.
using json = nlohmann::ordered_json;

// Each type is described once, by `members`; a writer or a reader visits them. `always` marks what is written even if it is empty.
template <class Visitor, class T>
void members(Visitor&& v, T& x) {
  using type = std::remove_const_t<T>;
  if constexpr (std::is_same_v<type, source_line>) {
    v("file", x.file), v("line", x.line), v("function", x.function);
  } else if constexpr (std::is_same_v<type, decoded_word>) {
    v.always("value", x.value), v("text", x.text);
  } else if constexpr (std::is_same_v<type, step>) {
    v.always("thread", x.thread), v("label", x.label), v("operation", x.operation);
    v("object", x.object), v("order", x.order), v("read", x.read), v("written", x.written);
    v("result", x.result), v("asleep", x.asleep), v("where", x.where);
    v("reads_from", x.reads_from);
  } else if constexpr (std::is_same_v<type, violation>) {
    v.always("kind", x.kind), v("object", x.object), v("explanation", x.explanation);
    v("parties", x.parties), v("steps", x.steps), v("replay", x.replay);
  } else if constexpr (std::is_same_v<type, bounds>) {
    v("executions", x.executions), v("seconds", x.seconds);
    v("context_switches", x.context_switches), v("stopped_by", x.stopped_by);
    v("by_caller", x.by_caller);
  } else if constexpr (std::is_same_v<type, situation_report>) {
    v.always("text", x.text), v.always("reached", x.reached), v("replay", x.replay);
  } else if constexpr (std::is_same_v<type, expectation>) {
    v.always("outcome", x.outcome), v("kind", x.kind), v("object", x.object);
    v("executions", x.executions);
  } else if constexpr (std::is_same_v<type, solver_answer>) {
    v.always("solver", x.solver), v.always("answer", x.answer), v.always("seconds", x.seconds);
  } else if constexpr (std::is_same_v<type, obligation_result>) {
    v.always("name", x.name), v.always("expected", x.expected), v("answers", x.answers);
    v("smt_file", x.smt_file), v("counterexample", x.counterexample);
  } else {
    static_assert(std::is_same_v<type, result>);
    v.always("name", x.name), v("mutant", x.mutant), v.always("outcome", x.outcome);
    v.always("as_expected", x.as_expected), v("unexpected_because", x.unexpected_because);
    v("engine", x.engine), v("model", x.model), v.always("threads", x.threads);
    v.always("executions", x.executions), v.always("seconds", x.seconds);
    v("expected", x.expected), v("limits", x.limits), v("situations", x.situations);
    v("found", x.found), v("obligations", x.obligations), v("assumptions", x.assumptions);
  }
}

template <class T>
inline constexpr bool is_plain = std::is_arithmetic_v<T> || std::is_same_v<T, std::string>;
template <class T>
inline constexpr bool is_enum_with_key = std::is_same_v<T, verdict> || std::is_same_v<T, violation_kind>;

template <class T>
bool is_absent(const T& x) {
  if constexpr (std::is_arithmetic_v<T>) {
    return x == 0;
  } else if constexpr (std::is_same_v<T, violation_kind>) {
    return x == violation_kind::none;
  } else if constexpr (requires { x.empty(); }) {
    return x.empty();
  } else if constexpr (requires { x.has_value(); }) {
    return !x.has_value();
  } else {
    return false;
  }
}

struct writer {
  json& object;

  template <class T>
  void always(const char* key, const T& x) {
    object[key] = value(x);
  }
  template <class T>
  void operator()(const char* key, const T& x) {
    if (is_absent(x)) return;
    json written = value(x);
    if (!(written.is_object() && written.empty())) object[key] = std::move(written);
  }

  template <class T>
  static json value(const T& x) {
    if constexpr (is_plain<T>) {
      return x;
    } else if constexpr (is_enum_with_key<T>) {
      return key_of(x);
    } else {
      json written = json::object();
      members(writer{written}, x);
      return written;
    }
  }
  template <class T>
  static json value(const std::optional<T>& x) {
    return value(*x);
  }
  template <class T>
  static json value(const std::vector<T>& all) {
    json written = json::array();
    for (const T& x : all) written.push_back(value(x));
    return written;
  }
};

struct reader {
  const json& object;

  template <class T>
  void always(const char* key, T& x) {
    value(object.at(key), x);
  }
  template <class T>
  void operator()(const char* key, T& x) {
    if (const auto found = object.find(key); found != object.end()) value(*found, x);
  }

  template <class T>
  static void value(const json& from, T& x) {
    if constexpr (is_plain<T>) {
      x = from.get<T>();
    } else if constexpr (is_enum_with_key<T>) {
      from_key(from.get<std::string>(), x);
    } else {
      members(reader{from}, x);
    }
  }
  template <class T>
  static void value(const json& from, std::optional<T>& x) {
    value(from, x.emplace());
  }
  template <class T>
  static void value(const json& from, std::vector<T>& all) {
    if (!from.is_array()) throw std::runtime_error("a list was expected");
    for (const json& one : from) value(one, all.emplace_back());
  }

 private:
  template <class Enum>
  static void take(const std::string& key, std::optional<Enum> found, Enum& x) {
    if (!found) throw std::runtime_error(fmt::format("unknown name `{}`", key));
    x = *found;
  }
  static void from_key(const std::string& key, verdict& x) { take(key, verdict_from_key(key), x); }
  static void from_key(const std::string& key, violation_kind& x) { take(key, violation_kind_from_key(key), x); }
};

}  // namespace

std::string to_json(std::span<const result> results, std::size_t not_run) {
  json document = {{"schema", record_schema}, {"tool", "holdfast"}, {"not_run", not_run}};
  document["results"] = json::array();
  for (const result& r : results) document["results"].push_back(writer::value(r));
  // Text from elsewhere (a solver, a source) may not be UTF-8; the document always is.
  return document.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

json_document from_json(std::string_view text) {
  json_document read;
  try {
    const json document = json::parse(text);
    const int schema = document.at("schema").get<int>();
    if (schema != record_schema) {
      throw std::runtime_error(fmt::format("schema {}, not {}", schema, record_schema));
    }
    read.not_run = document.at("not_run").get<std::size_t>();
    reader::value(document.at("results"), read.results);
  } catch (const std::exception& e) {
    throw std::runtime_error(fmt::format("not a record of holdfast's: {}", e.what()));
  }
  return read;
}

}  // namespace holdfast::checker
