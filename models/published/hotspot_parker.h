// hotspot_parker: a thread parks until it is unparked, with a permit taken without a fence, and its fix.
//
// As shipped in HotSpot (CR 6822370, Parker::park) a thread that finds its permit takes it by a plain store and returns. The store may
// still be on its way when the thread looks again at what it waits for; whoever unparks it then still finds the permit, and signals nobody:
//     permit 1 | T1: permit = 0 (not seen yet), looks: not ready | T2: ready, finds permit 1: wakes nobody | T1: parks, for ever
// As fixed a fence follows the store.
//
//     permit   1: the next park returns at once; 0: it sleeps
//
//     from \ step   park [K1,K2]             unpark [U1,U2,U3]
//     0             sleeps [K4] until it is 1   1, then wake [U4]
//     1             0                        1
//
// Only one thread parks, and one unparks at a time.
// Source: the description of the request; written from it, not from HotSpot's source. There a mutex and a condition variable are behind the
// permit; here the thread sleeps on the permit itself, and what the mutex's lock does to the order of memory is the fence U1.
#ifndef HOLDFAST_MODELS_PUBLISHED_HOTSPOT_PARKER_H_
#define HOLDFAST_MODELS_PUBLISHED_HOTSPOT_PARKER_H_

#include "impl/platform.h"
#include "models/published/version.h"

namespace holdfast::published {

struct hotspot_parker_word {
  static constexpr std::uint32_t none = 0;
  static constexpr std::uint32_t given = 1;

  static constexpr named_value states[] = {{none, "none", "the next park sleeps"}, {given, "given", "the next park returns at once"}};
  static constexpr field fields[] = {{"state", 0, 1, states}};
  static constexpr layout description{"permit", fields};
};

// Platform::fence(order, site) is std::atomic_thread_fence.
template <class Platform, version Version>
  requires has_load<Platform> && has_store<Platform> && has_wait<Platform> && has_wake<Platform>
class hotspot_parker {
  using word = typename Platform::word;
  using deadline = typename Platform::deadline;

  // As shipped: what x86 and SPARC do to loads and stores of their own.
  static constexpr order looked = Version == version::as_shipped ? order::acquire : order::relaxed;
  static constexpr order gave = Version == version::as_shipped ? order::release : order::relaxed;

 public:
  // Returns when there is a permit, and takes it. That may be an old one: the caller looks again at what it waits for.
  void park() noexcept {
    // [K1] relaxed: the fences order what the caller looks at. As shipped acquire.
    while (permit_.load(looked, "K1") == hotspot_parker_word::none) {
      // [K4] sleeps only while there is no permit. Else: mutant k4_never_sleeps does not reach the situation.
      Platform::wait(permit_, hotspot_parker_word::none, scope::process_private, deadline::never(), "K4");
    }
    // [K2] relaxed: K3 orders it.
    permit_.store(hotspot_parker_word::none, order::relaxed, "K2");
    if constexpr (Version == version::as_fixed) {
      // [K3] seq_cst: either the caller sees what was made ready before an unpark, or the unpark sees K2.
      //      Else: mutant k3_relaxed loses a wake-up.
      Platform::fence(order::seq_cst, "K3");
    }
  }

  void unpark() noexcept {
    // [U1] seq_cst: as K3. Else: mutant u1_relaxed loses a wake-up.
    Platform::fence(order::seq_cst, "U1");
    // [U2] relaxed: see U1.
    const word before = permit_.load(order::relaxed, "U2");
    // [U3] relaxed: see U1. As shipped release.
    permit_.store(hotspot_parker_word::given, gave, "U3");
    // [U4] wakes the thread if it may sleep. Else: mutant u4_dropped loses a wake-up.
    if (before == hotspot_parker_word::none) Platform::wake(permit_, 1, scope::process_private, "U4");
  }

 private:
  typename Platform::template atomic<word> permit_{hotspot_parker_word::description, hotspot_parker_word::none};
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_HOTSPOT_PARKER_H_
