#include "proofs/page.h"

#include <set>
#include <stdexcept>

#include "proofs/mutex_subjects.h"

namespace holdfast::proofs {

namespace {

table sizes() {
  std::string text = "| lock | locations | edges | transitions | obligations | verdict |\n|---|---|---|---|---|---|\n";
  for (const auto& s : {mutex_subject(), mutex2_subject(), mutex3_subject(), musl_file_lock_subject(), mutex1_subject()}) {
    const auto system = system_of(s);
    const auto r = prove(s, {});
    const bool verified = r.outcome == checker::verdict::verified, violated = r.outcome == checker::verdict::violated;
    const std::string verdict = verified ? "VERIFIED" : violated ? "VIOLATED" : "INCONCLUSIVE";
    text += "| " + s.lock + " | " + std::to_string(system.threads.locations.size()) + " | " + std::to_string(system.threads.edges.size()) +
            " | " + std::to_string(system.transitions.size()) + " | " + std::to_string(r.obligations.size()) + " | " + verdict + " |\n";
  }
  return {"sizes", text};
}

table conjuncts() {
  std::string text = "| conjunct | says |\n|---|---|\n";
  for (const auto& c : mutex_conjuncts()) text += "| " + c.name + " | " + c.meaning + " |\n";
  return {"conjuncts", text};
}

table survivors() {
  std::string text = "| survivor | change | why it survives |\n|---|---|---|\n";
  for (const auto& s : mutex_survivors()) text += "| " + s.changed.name + " | " + s.changed.change + " | " + s.reason + " |\n";
  return {"mutex.survivors", text};
}

table assumed() {
  std::string text;
  for (const auto& a : assumptions(counting::integers)) text += "* " + a + "\n";
  return {"assumptions", text};
}

}  // namespace

std::vector<table> mutex_tables() {
  const auto mutex = mutex_subject();
  const auto refuted = refute_mutex1({});
  return {
      sizes(),
      conjuncts(),
      assumed(),
      diagram(mutex, entry_kind::lock),
      locations_table(mutex),
      edges_table(mutex),
      obligations_table(mutex, prove(mutex, {})),
      mutants_table(mutex, mutex_mutants()),
      survivors(),
      locations_table(mutex2_subject()),
      mutants_table(mutex2_subject(), mutex2_mutants()),
      locations_table(mutex3_subject()),
      mutants_table(mutex3_subject(), mutex3_mutants()),
      mutants_table(musl_file_lock_subject_shipped(), {musl_as_shipped()}),
      run_table("mutex1", refuted.found.value_or(checker::violation{})),
  };
}

std::string refreshed(const std::string& page, const std::vector<table>& tables) {
  std::string text = page;
  std::set<std::string> used;
  const std::string begin = "<!-- begin ", close = " -->\n";
  for (std::size_t at = text.find(begin); at != std::string::npos; at = text.find(begin, at + 1)) {
    const auto name_at = at + begin.size();
    const auto name_end = text.find(close, name_at);
    if (name_end == std::string::npos) throw std::invalid_argument("a table's beginning is not closed");
    const auto name = text.substr(name_at, name_end - name_at);
    const auto body = name_end + close.size();
    const auto end = text.find("<!-- end " + name + " -->", body);
    if (end == std::string::npos) throw std::invalid_argument("the table " + name + " has no end");
    const table* found = nullptr;
    for (const auto& t : tables)
      if (t.name == name) found = &t;
    if (found == nullptr) throw std::invalid_argument("there is no table " + name);
    text.replace(body, end - body, found->text);
    used.insert(name);
  }
  for (const auto& t : tables)
    if (used.count(t.name) == 0) throw std::invalid_argument("the page lacks the table " + t.name);
  return text;
}

}  // namespace holdfast::proofs
