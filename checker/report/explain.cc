#include "checker/report/explain.h"

#include <optional>
#include <string_view>

namespace holdfast::checker {
namespace {

bool synchronises_from(std::string_view o) { return o == "release" || o == "acq_rel" || o == "seq_cst"; }
bool synchronises_to(std::string_view o) { return o == "acquire" || o == "acq_rel" || o == "seq_cst" || o == "consume"; }

bool is_fence(const step& s) { return s.operation == "fence"; }
bool is_update(const step& s) { return s.read && s.written; }

// How what one step did passes on to another, as far as it does.
class passage {
 public:
  passage(const std::vector<step>& steps, std::size_t earlier, std::size_t later)
      : steps_(steps), earlier_(earlier), later_(later), is_after_(steps.size()), releases_(steps.size()), leads_(steps.size()) {
    for (std::size_t i = earlier; i <= later; ++i) go_on(i);
    look_back();
  }

  std::string missing_link() const {
    for (std::size_t r = later_; r-- > earlier_;) {
      if (!leads_[r] || is_after_[r] || steps_[r].order.empty()) continue;
      if (const auto w = source_of(r)) {
        return "nothing orders them: " + name_of(steps_[r]) + " took the word from " + name_of(steps_[*w]) + ", but " + lack(*w, r);
      }
    }
    const auto ends = [this](std::size_t i) { return steps_[i].operation == "destroyed"; };
    return "nothing orders them: after " + std::string(ends(earlier_) ? "that" : "its access") + " T" +
           std::to_string(steps_[earlier_].thread) + " wrote no word that T" + std::to_string(steps_[later_].thread) + " read before " +
           (ends(later_) ? "that" : "its own");
  }

 private:
  // Of a thread, as the steps go on.
  struct standing {
    bool is_after = false;  // the earlier step happens before its next one
    bool fenced = false;    // and before a release fence of its own, so that whatever it writes releases
    bool pending = false;   // an acquire fence would make it so
  };

  standing& of_thread(unsigned thread) {
    if (thread >= threads_.size()) threads_.resize(thread + 1);
    return threads_[thread];
  }

  void go_on(std::size_t i) {
    const step& s = steps_[i];
    const bool is_atomic = !s.order.empty();
    const bool reads_it = is_atomic && s.reads_from && releases_[*s.reads_from];
    if (s.operation == "starts" && s.result.starts_with('T') && of_thread(s.thread).is_after) {
      of_thread(static_cast<unsigned>(std::stoul(s.result.substr(1)))).is_after = true;
    }
    const bool joins = s.operation == "joins" && s.result.starts_with('T');
    const bool joins_after = joins && of_thread(static_cast<unsigned>(std::stoul(s.result.substr(1)))).is_after;
    standing& t = of_thread(s.thread);
    t.pending = t.pending || reads_it;
    if (i == earlier_ || joins_after || ((reads_it || (is_fence(s) && t.pending)) && synchronises_to(s.order))) t.is_after = true;
    if (is_fence(s) && t.is_after && synchronises_from(s.order)) t.fenced = true;
    is_after_[i] = t.is_after;
    if (!is_atomic || !s.written) return;
    releases_[i] = t.fenced || (t.is_after && synchronises_from(s.order)) || (is_update(s) && reads_it);
  }

  // Which steps reach the later one by program order and by what was read.
  void look_back() {
    std::vector<bool> thread_leads(threads_.size());
    leads_[later_] = true;
    for (std::size_t i = later_ + 1; i-- > earlier_;) {
      if (!leads_[i] && !thread_leads[steps_[i].thread]) continue;
      leads_[i] = thread_leads[steps_[i].thread] = true;
      if (steps_[i].reads_from && *steps_[i].reads_from >= earlier_) leads_[*steps_[i].reads_from] = true;
    }
  }

  // The write, after the earlier step, that a read took the word from, at first hand or through updates by others; one that releases, if
  // there is one.
  std::optional<std::size_t> source_of(std::size_t reader) const {
    std::optional<std::size_t> found;
    for (auto w = steps_[reader].reads_from; w && *w > earlier_; w = steps_[*w].reads_from) {
      if (is_after_[*w] && (!found || releases_[*w])) found = w;
      if ((found && releases_[*found]) || !is_update(steps_[*w])) break;
    }
    return found;
  }

  std::string lack(std::size_t writer, std::size_t reader) const {
    const bool writes = releases_[writer];
    const bool reads = acquires(reader);
    std::string text;
    if (!writes) text = "the write was " + order_without(writer, "release") + fence_of(writer, true);
    if (!reads) text += (writes ? "the read was " : " and the read was ") + order_without(reader, "acquire") + fence_of(reader, false);
    return text;
  }

  // By itself, or by a fence between it and what it leads to.
  bool acquires(std::size_t reader) const {
    if (synchronises_to(steps_[reader].order)) return true;
    for (std::size_t i = reader; i < later_; ++i) {
      const step& s = steps_[i];
      if (is_fence(s) && leads_[i] && s.thread == steps_[reader].thread && synchronises_to(s.order)) return true;
    }
    return false;
  }

  std::string order_without(std::size_t i, const char* wanted) const {
    return steps_[i].order == "relaxed" ? "relaxed" : steps_[i].order + ", not " + wanted;
  }

  // Who uses no fences is not told that one is missing.
  std::string fence_of(std::size_t of, bool releases) const {
    bool uses_fences = false;
    bool has_one = false;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      const step& s = steps_[i];
      uses_fences = uses_fences || is_fence(s);
      if (!is_fence(s) || s.thread != steps_[of].thread || (releases ? i > of : i < of)) continue;
      has_one = has_one || (releases ? synchronises_from(s.order) : synchronises_to(s.order));
    }
    if (!uses_fences) return "";
    if (has_one) return releases ? ", and its release fence comes too early" : ", and its acquire fence comes too late";
    return releases ? ", with no release fence before it" : ", with no acquire fence after it";
  }

  const std::vector<step>& steps_;
  std::size_t earlier_;
  std::size_t later_;
  std::vector<bool> is_after_;  // the earlier step happens before it
  std::vector<bool> releases_;  // a write: whoever acquires it comes after the earlier step
  std::vector<bool> leads_;
  std::vector<standing> threads_;
};

}  // namespace

const char* text_of(order o) {
  switch (o) {
    case order::relaxed: return "relaxed";
    case order::consume: return "consume";
    case order::acquire: return "acquire";
    case order::release: return "release";
    case order::acq_rel: return "acq_rel";
    case order::seq_cst: return "seq_cst";
  }
  return "";
}

// Plain data belongs to the scenario: its label says no more than the operation.
std::string operation_of(const step& s) {
  const bool is_plain = s.operation == "read" || s.operation == "wrote";
  const std::string_view file(s.where.file);
  std::string text = s.operation;
  if (!s.label.empty() && !is_plain) text += " [" + s.label + "]";
  if (!file.empty()) text += " at " + std::string(file.substr(file.rfind('/') + 1)) + ":" + std::to_string(s.where.line);
  return text;
}

std::string name_of(const step& s) { return "T" + std::to_string(s.thread) + "'s " + operation_of(s); }

std::string unordered_because(const std::vector<step>& steps, std::size_t earlier, std::size_t later) {
  return passage(steps, earlier, later).missing_link();
}

}  // namespace holdfast::checker
