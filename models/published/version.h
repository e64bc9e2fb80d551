// version: which of two versions of a published algorithm: as it was shipped, with the bug that made it known, or as it was fixed.
#ifndef HOLDFAST_MODELS_PUBLISHED_VERSION_H_
#define HOLDFAST_MODELS_PUBLISHED_VERSION_H_

namespace holdfast::published {

enum class version : bool { as_shipped, as_fixed };

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_VERSION_H_
