// sites: where the accesses of a program stand, as the engine names operations.
#ifndef HOLDFAST_CHECKER_LITMUS_SITES_H_
#define HOLDFAST_CHECKER_LITMUS_SITES_H_

#include <map>
#include <string>

#include "checker/litmus/program.h"
#include "checker/site.h"

namespace holdfast::checker::litmus {

class sites {
 public:
  // REQUIRES: the program outlives it.
  explicit sites(const program& p);
  sites(const sites&) = delete;
  sites& operator=(const sites&) = delete;

  // REQUIRES: the position is that of a statement or an expression, not a copy. Does not allocate.
  const site& of(const position& at) const { return sites_.find(&at)->second; }
  // REQUIRES: the label is that of such a site.
  const position& position_of(const char* label) const { return *positions_.find(label)->second; }

 private:
  void add(const std::string& file, const position& at);

  std::map<const position*, std::string> labels_;  // "7:5"
  std::map<const position*, site> sites_;
  std::map<const char*, const position*> positions_;
};

}  // namespace holdfast::checker::litmus

#endif  // HOLDFAST_CHECKER_LITMUS_SITES_H_
