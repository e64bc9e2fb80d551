#include "checker/report/explain.h"

#include <optional>
#include <string_view>

namespace holdfast::checker {
namespace {

bool synchronises_from(std::string_view o) { return o == "release" || o == "acq_rel" || o == "seq_cst"; }
bool synchronises_to(std::string_view o) { return o == "acquire" || o == "acq_rel" || o == "seq_cst" || o == "consume"; }

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

std::string name_of(const step& s) {
  const std::string_view file(s.where.file);
  return "T" + std::to_string(s.thread) + "'s " + s.operation + " [" + s.label + "] at " + std::string(file.substr(file.rfind('/') + 1)) +
         ":" + std::to_string(s.where.line);
}

std::string unordered_because(const std::vector<step>& steps, std::size_t earlier, std::size_t later) {
  const unsigned from = steps[earlier].thread;
  for (std::size_t i = later; i-- > earlier;) {
    const step& reader = steps[i];
    if (reader.thread != steps[later].thread || reader.order.empty()) continue;
    // Follow the chain of read-modify-writes back to a write by the other thread.
    for (std::optional<std::size_t> w = reader.reads_from; w && *w > earlier; w = steps[*w].reads_from) {
      const step& writer = steps[*w];
      if (writer.thread != from) continue;
      const char* weak = !synchronises_from(writer.order) ? "the write was " : "the read was ";
      const std::string& o = !synchronises_from(writer.order) ? writer.order : reader.order;
      if (synchronises_from(writer.order) && synchronises_to(reader.order)) break;
      return "nothing orders them: " + name_of(reader) + " took the word from " + name_of(writer) + ", but " + weak + o;
    }
  }
  return "nothing orders them: after its access T" + std::to_string(from) + " wrote no word that T" + std::to_string(steps[later].thread) +
         " read before its own";
}

}  // namespace holdfast::checker
