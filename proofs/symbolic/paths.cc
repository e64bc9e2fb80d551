#include "proofs/symbolic/paths.h"

#include <z3++.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "proofs/symbolic/fiber.h"

namespace holdfast::proofs {

namespace {

constexpr std::size_t most_decisions = 500;  // on one path: code that loops without an operation never ends

struct enrolled {
  term* value;
  bool is_flag;
};

struct decision {
  unsigned taken;
  unsigned options;
};

std::string text_of(const z3::expr& e) {
  auto text = e.simplify().to_string();
  std::string flat;
  for (char c : text) {
    const bool space = c == ' ' || c == '\n' || c == '\t';
    if (!space) flat += c;
    else if (!flat.empty() && flat.back() != ' ') flat += ' ';
  }
  return flat;
}

// Whatever the compiler was given: the path below the root of the tree.
std::string from_the_root(std::string_view file) {
  for (const char* room : {"impl/", "models/", "proofs/", "tests/"}) {
    const auto at = file.rfind(std::string("/") + room);
    if (at != std::string_view::npos) return std::string(file.substr(at + 1));
  }
  return std::string(file);
}

void collect_symbols(const z3::expr& e, std::vector<z3::expr>& found) {
  if (e.is_const() && e.decl().decl_kind() == Z3_OP_UNINTERPRETED) {
    const bool known = std::any_of(found.begin(), found.end(), [&](const z3::expr& f) { return z3::eq(f, e); });
    if (!known) found.push_back(e);
  }
  if (!e.is_app()) return;
  for (unsigned i = 0; i < e.num_args(); ++i) collect_symbols(e.arg(i), found);
}

}  // namespace

// Everything about the path that runs.
struct paths::state {
  z3::context context;
  z3::solver solver{context};
  std::vector<mutation> mutations;
  const layout* description = nullptr;
  std::uint32_t initial = 0;

  std::vector<z3::expr> arena;
  std::vector<enrolled> live;
  std::vector<z3::expr> constraints;
  std::size_t own_constraints = 0;  // from here on they belong to the segment
  std::vector<decision> decisions;
  std::size_t decided = 0;
  std::size_t operations = 0;  // performed so far
  std::size_t begin_at = 0;
  std::size_t first_own_decision = 0;
  entry_kind entry = entry_kind::lock;
  bool declared = false;
  segment result;
  std::optional<std::string> failure;
  fiber path;

  term keep(const z3::expr& e) {
    arena.push_back(e);
    return term(arena.size() - 1);
  }
  const z3::expr& at(term t) const { return arena[static_cast<std::size_t>(t)]; }
  z3::expr number(std::uint32_t value) { return context.bv_val(value, 32); }
  z3::expr word_now() { return context.bv_const("w", 32); }

  [[noreturn]] void fail(std::string why) {
    failure = std::move(why);
    path.leave();
  }

  bool possible(const z3::expr& also) {
    solver.push();
    for (const auto& c : constraints) solver.add(c);
    solver.add(also);
    const auto answer = solver.check();
    solver.pop();
    if (answer == z3::unknown) fail("the solver cannot decide whether a path is possible");
    return answer == z3::sat;
  }

  unsigned decide(unsigned options) {
    if (decided == decisions.size()) decisions.push_back({0, options});
    if (decided > most_decisions) fail("a path takes too many decisions between two operations: a loop without an operation?");
    if (decisions[decided].options == 0) decisions[decided].options = options;
    return decisions[decided++].taken;
  }

  // Both answers are followed where both are possible.
  bool fork(const z3::expr& condition) {
    const bool may_hold = possible(condition);
    const bool may_fail = possible(!condition);
    if (!may_hold && !may_fail) fail("a path contradicts itself");
    const bool holds = may_hold && may_fail ? decide(2) == 0 : may_hold;
    if (may_hold && may_fail) constraints.push_back(holds ? condition : !condition);
    return holds;
  }

  void start(const entry_point& from, std::size_t operation);
  void make_canonical(std::vector<std::string>& values);
  void arrive(const request& r, std::vector<std::string> values);
  std::string condition();
  bool reach(const request& r);
  void begin(const request& r);
  void act(action what, order o);
  void finish();
  void run(const entry_point& from, std::size_t operation);
  const mutation* mutated(std::string_view label, mutation::kind what) const;
};

namespace {

thread_local paths::state* now = nullptr;

bool acquires(order o) { return o == order::acquire || o == order::acq_rel || o == order::seq_cst || o == order::consume; }
bool releases(order o) { return o == order::release || o == order::acq_rel || o == order::seq_cst; }

}  // namespace

const mutation* paths::state::mutated(std::string_view label, mutation::kind what) const {
  for (const auto& m : mutations)
    if (m.label == label && m.what == what) return &m;
  return nullptr;
}

// Rewrites the thread's memory over p0, p1, ...; `values` receives what they are over the names before.
void paths::state::make_canonical(std::vector<std::string>& values) {
  std::vector<z3::expr> symbols;
  for (const auto& e : live) collect_symbols(at(*e.value), symbols);
  z3::expr_vector before(context), after(context);
  std::vector<z3::expr> kept;
  for (const auto& s : symbols) {
    solver.push();
    for (const auto& c : constraints) solver.add(c);
    if (solver.check() != z3::sat) fail("a path contradicts itself");
    const auto value = solver.get_model().eval(s, true);
    solver.pop();
    before.push_back(s);
    if (possible(s != value)) {
      kept.push_back(s);
      values.push_back(text_of(s));
      after.push_back(context.bv_const(("p" + std::to_string(values.size() - 1)).c_str(), 32));
    } else {
      after.push_back(value);
    }
  }
  for (const auto& e : live) {
    auto value = at(*e.value);
    if (e.is_flag && !possible(!value)) value = context.bool_val(true);
    if (e.is_flag && !possible(value)) value = context.bool_val(false);
    *e.value = keep(value.substitute(before, after).simplify());
  }
  std::vector<z3::expr> remaining;
  std::set<std::string> seen;
  for (const auto& c : constraints) {
    std::vector<z3::expr> of;
    collect_symbols(c, of);
    const bool speaks_of_memory = std::all_of(of.begin(), of.end(), [&](const z3::expr& s) {
      return std::any_of(kept.begin(), kept.end(), [&](const z3::expr& k) { return z3::eq(k, s); });
    });
    if (!speaks_of_memory || of.empty()) continue;
    auto c2 = c;
    c2 = c2.substitute(before, after).simplify();
    if (!c2.is_true() && seen.insert(text_of(c2)).second) remaining.push_back(c2);
  }
  constraints = std::move(remaining);
}

// The path ends here: describes the operation that it is about to perform.
void paths::state::arrive(const request& r, std::vector<std::string> values) {
  result.end = segment::ending::arrived;
  location& here = result.next.here;
  here.entry = entry;
  here.label = r.label;
  here.where = from_the_root(r.file) + ':' + std::to_string(r.line);
  here.operation = r.operation;
  here.manner = r.manner[0];
  if (*r.manner[1] != 0) here.manner += std::string(", ") + r.manner[1];
  here.parameters = values.size();
  for (const auto* w : r.arguments)
    if (w != nullptr) here.arguments.push_back(text_of(at(w->value())));
  for (const auto& e : live) here.remembers.push_back(text_of(at(*e.value)));
  for (const auto& c : constraints) here.constraints.push_back(text_of(c));
  std::sort(here.constraints.begin(), here.constraints.end());
  std::string key = name_of(entry) + ('|' + here.label) + '|' + here.where + '|' + here.operation + '|' + here.manner;
  for (const auto& s : here.arguments) key += "|a:" + s;
  for (const auto& s : here.remembers) key += "|m:" + s;
  for (const auto& s : here.constraints) key += "|c:" + s;
  result.next.key = key;
  result.next.values = std::move(values);
  finish();
}

// What holds on this segment alone.
std::string paths::state::condition() {
  z3::expr all = context.bool_val(true);
  for (std::size_t i = own_constraints; i < constraints.size(); ++i) all = all && constraints[i];
  return text_of(all);
}

// True if the segment ends with this operation.
bool paths::state::reach(const request& r) {
  const bool ends = operations == begin_at;
  if (ends) result.step.condition = condition();
  std::vector<std::string> values;
  make_canonical(values);
  if (ends) {
    result.step.remembers = values;
    arrive(r, std::move(values));
    return true;
  }
  ++operations;
  own_constraints = constraints.size();
  if (operations == begin_at) first_own_decision = decided;
  return false;
}

// An operation: the end of the segment, or one on the way to it.
void paths::state::begin(const request& r) {
  if (reach(r)) path.leave();
}

void paths::state::act(action what, order o) {
  result.step = edge{};
  result.step.what = what;
  result.step.acquires = acquires(o) && (what == action::load || what == action::read_modify_write);
  result.step.releases = releases(o) && (what == action::store || what == action::read_modify_write);
}

void paths::state::finish() {
  result.decisions.clear();
  for (std::size_t i = 0; i < decided; ++i) result.decisions.push_back(decisions[i].taken);
}

void paths::state::run(const entry_point& from, std::size_t operation) {
  arena.clear();
  live.clear();
  constraints.clear();
  result = segment{};
  own_constraints = decided = operations = first_own_decision = 0;
  begin_at = operation;
  entry = from.entry;
  declared = false;
  now = this;
  path.run([&] {
    const auto value = from.run();
    if (operations != begin_at) fail("a path ended before its operation: the code does not repeat itself");
    result.step.condition = condition();
    result.step.returns = value == returned::nothing ? "nothing" : value == returned::yes ? "true" : "false";
    result.end = segment::ending::returned;
    finish();
  });
  now = nullptr;
  if (failure) throw extraction_error(*failure);
}

paths::paths(std::vector<mutation> mutations) : state_(std::make_unique<state>()) { state_->mutations = std::move(mutations); }
paths::~paths() = default;

const layout* paths::word_layout() const { return state_->description; }
std::uint32_t paths::initial() const { return state_->initial; }

std::vector<segment> paths::follow(const entry_point& from, const std::vector<unsigned>& decisions, std::size_t operations) {
  auto& s = *state_;
  s.decisions.clear();
  for (unsigned d : decisions) s.decisions.push_back({d, 0});
  std::vector<segment> found;
  while (true) {
    s.run(from, operations);
    found.push_back(s.result);
    const std::size_t first = s.first_own_decision;
    while (s.decisions.size() > first && s.decisions.back().taken + 1 >= s.decisions.back().options) s.decisions.pop_back();
    if (s.decisions.size() <= first) return found;
    ++s.decisions.back().taken;
  }
}

// Terms.

term constant_term(std::uint32_t value) { return now->keep(now->number(value)); }
term truth_term(bool value) { return now->keep(now->context.bool_val(value)); }
term negate(term flag) { return now->keep(!now->at(flag)); }
term choose(term condition, term yes, term no) { return now->keep(z3::ite(now->at(condition), now->at(yes), now->at(no))); }
bool fork_on(term flag) { return now->fork(now->at(flag)); }
void enrol(term& live, bool is_flag) { now->live.push_back({&live, is_flag}); }
void strike(term& live) {
  auto& all = now->live;
  const auto found = std::find_if(all.rbegin(), all.rend(), [&](const enrolled& e) { return e.value == &live; });
  if (found != all.rend()) all.erase(std::next(found).base());
}

term combine(word_operator op, term a, term b) {
  const z3::expr x = now->at(a), y = now->at(b);
  switch (op) {
    case word_operator::equal: return now->keep(x == y);
    case word_operator::add: return now->keep(x + y);
    case word_operator::subtract: return now->keep(x - y);
    case word_operator::bit_and: return now->keep(x & y);
    case word_operator::bit_or: return now->keep(x | y);
    case word_operator::bit_xor: return now->keep(x ^ y);
  }
  now->fail("unknown operator");
}

// Operations. Each reads the word as `w`, whatever it was at the operation before.

namespace running {

namespace {

order relaxed_if(const request& r, order o) { return now->mutated(r.label, mutation::kind::relax) ? order::relaxed : o; }

term written(const request& r, term value) {
  const auto* m = now->mutated(r.label, mutation::kind::write);
  return m ? now->keep(now->number(m->value)) : value;
}

term awaited(const request& r, term value) {
  const auto* m = now->mutated(r.label, mutation::kind::expect);
  return m ? now->keep(now->number(m->value)) : value;
}

}  // namespace

void declare(const layout& description, const word& initial) {
  if (now->declared) now->fail("a lock with two atomic words: one word per automaton is supported");
  const auto value = now->at(initial.value()).simplify();
  if (!value.is_numeral()) now->fail("the word's first value is not a constant");
  now->declared = true;
  now->description = &description;
  now->initial = value.get_numeral_uint();
}

word load(request r, order o) {
  now->begin(r);
  now->act(action::load, relaxed_if(r, o));
  return word(now->keep(now->word_now()));
}

void store(request r, const word& value, order o) {
  if (now->mutated(r.label, mutation::kind::drop)) return;
  now->begin(r);
  now->act(action::store, relaxed_if(r, o));
  now->result.step.update = text_of(now->at(written(r, value.value())));
}

word exchange(request r, const word& value, order o) {
  now->begin(r);
  now->act(action::read_modify_write, relaxed_if(r, o));
  now->result.step.update = text_of(now->at(written(r, value.value())));
  return word(now->keep(now->word_now()));
}

word fetch(request r, word_operator op, const word& operand, order o) {
  now->begin(r);
  now->act(action::read_modify_write, relaxed_if(r, o));
  const term before = now->keep(now->word_now());
  now->result.step.update = text_of(now->at(written(r, combine(op, before, operand.value()))));
  return word(before);
}

flag compare_exchange(request r, word& expected, const word& desired, order success, order failure, bool weak) {
  now->begin(r);
  const z3::expr equal = now->word_now() == now->at(awaited(r, expected.value()));
  const bool fails_by_chance = weak && now->decide(2) == 1;
  if (!fails_by_chance && now->fork(equal)) {
    now->act(action::read_modify_write, relaxed_if(r, success));
    now->result.step.update = text_of(now->at(written(r, desired.value())));
    return flag(true);
  }
  now->act(action::load, relaxed_if(r, failure));
  expected = word(now->keep(now->word_now()));
  return flag(false);
}

wait_result wait(request r, const word& expected, bool may_time_out) {
  if (now->mutated(r.label, mutation::kind::drop)) return wait_result::changed;
  const word really(awaited(r, expected.value()));
  r.arguments = {&really};
  now->begin(r);
  switch (now->decide(may_time_out ? 4 : 3)) {
    case 0:
      now->act(action::changed, order::relaxed);
      now->constraints.push_back(now->word_now() != now->at(really.value()));
      return wait_result::changed;
    case 1: now->act(action::woken, order::relaxed); return wait_result::woken;
    case 2: now->act(action::interrupted, order::relaxed); return wait_result::interrupted;
    default: now->act(action::timed_out, order::relaxed); return wait_result::timed_out;
  }
}

void wake(request r, int how_many) {
  if (now->mutated(r.label, mutation::kind::drop)) return;
  now->begin(r);
  now->act(action::wakes, order::relaxed);
  now->result.step.wakes = now->mutated(r.label, mutation::kind::wake_everyone) ? everyone : how_many;
  if (now->result.step.wakes != 1 && now->result.step.wakes != everyone) now->fail("a wake of some but not all is not supported");
}

flag any_choice() { return flag(now->decide(2) == 0); }

void misuse() {
  if (now->operations != now->begin_at) now->fail("a path ended before its operation: the code does not repeat itself");
  now->result.step.condition = now->condition();
  now->result.end = segment::ending::misused;
  now->finish();
  now->path.leave();
}

}  // namespace running

}  // namespace holdfast::proofs
