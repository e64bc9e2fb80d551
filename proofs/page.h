// page: proofs/mutex.md, whose tables come from the extraction and the proofs.
//
// A table stands between `<!-- begin NAME -->` and `<!-- end NAME -->`.
#ifndef HOLDFAST_PROOFS_PAGE_H_
#define HOLDFAST_PROOFS_PAGE_H_

#include <string>
#include <vector>

#include "proofs/symbolic/tables.h"

namespace holdfast::proofs {

// Every table of the mutexes' page. Runs the proofs.
std::vector<table> mutex_tables();

// The page with its tables as they are now. Throws std::invalid_argument for a table that does not exist, is not closed, or is missing.
std::string refreshed(const std::string& page, const std::vector<table>& tables);

}  // namespace holdfast::proofs

#endif  // HOLDFAST_PROOFS_PAGE_H_
