// musl_once: call_once, whose fast path did not make the initialisation visible, and its fix.
//
// As shipped (repaired by musl df37d396) a caller that finds the control word done returns after a relaxed load. Nothing orders the
// initialisation before what it does next:
//     T1: initialises, control = done | T2: reads done, relaxed | T2: reads what T1 wrote, or not
// As fixed the load is acquire (musl has a barrier after it, of which acquire is what is needed).
//
//     control   fresh     nobody has begun
//               running   a thread initialises; nobody has announced that it may sleep
//               awaited   a thread initialises; some thread may sleep or be about to
//               done      the initialisation is complete
//
//     from \ step   begin [C2]     announce [C3]   finish [C5]
//     fresh         running, own   --              --
//     running       --             awaited         done
//     awaited       --             --              done, then wake all [C6]
//
// Source: the commit's description; written from it, not from musl's source. Without cancellation.
#ifndef HOLDFAST_MODELS_PUBLISHED_MUSL_ONCE_H_
#define HOLDFAST_MODELS_PUBLISHED_MUSL_ONCE_H_

#include "impl/platform.h"
#include "models/published/version.h"

namespace holdfast::published {

struct musl_once_word {
  static constexpr std::uint32_t fresh = 0;
  static constexpr std::uint32_t running = 1;
  static constexpr std::uint32_t done = 2;
  static constexpr std::uint32_t awaited = 3;

  static constexpr named_value states[] = {{fresh, "fresh", "nobody has begun"},
                                           {running, "running", "a thread initialises"},
                                           {done, "done", "the initialisation is complete"},
                                           {awaited, "awaited", "a thread initialises, and some thread may sleep or be about to"}};
  static constexpr field fields[] = {{"state", 0, 2, states}};
  static constexpr layout description{"control", fields};
};

template <class Platform, version Version>
  requires has_load<Platform> && has_exchange<Platform> && has_compare_exchange<Platform> && has_wait<Platform> && has_wake<Platform>
class musl_once {
  using word = typename Platform::word;
  using deadline = typename Platform::deadline;

  static constexpr order seen = Version == version::as_shipped ? order::relaxed : order::acquire;

 public:
  // Returns when one call of `initialise`, of this thread or another, is complete.
  template <class Initialise>
  void call(const Initialise& initialise) noexcept {
    // [C1] acquire: reads C5's write, so that the initialisation is visible. Else: mutant c1_relaxed races. As shipped relaxed.
    if (control_.load(seen, "C1") == musl_once_word::done) return;
    for (;;) {
      word c = musl_once_word::fresh;
      // [C2] success relaxed: there is nothing to read yet. failure acquire: as C1. Else: mutant c2_relaxed races.
      if (control_.compare_exchange_strong(c, musl_once_word::running, order::relaxed, order::acquire, "C2")) break;
      if (c == musl_once_word::done) return;
      // [C3] relaxed: says that somebody may sleep; C2 reads the word again. If it fails the word is `awaited` already, or done.
      control_.compare_exchange_strong(c, musl_once_word::awaited, order::relaxed, order::relaxed, "C3");
      // [C4] sleeps only while the word is `awaited`. Else: mutant c4_never_sleeps does not reach the situation.
      Platform::wait(control_, musl_once_word::awaited, scope::process_private, deadline::never(), "C4");
    }
    initialise();
    // [C5] release: publishes the initialisation to C1 and C2. Else: mutant c5_relaxed races.
    if (control_.exchange(musl_once_word::done, order::release, "C5") != musl_once_word::awaited) return;
    // [C6] pays the wake that `awaited` owes. Else: mutant c6_dropped loses a wake-up.
    Platform::wake(control_, everyone, scope::process_private, "C6");
  }

 private:
  typename Platform::template atomic<word> control_{musl_once_word::description, musl_once_word::fresh};
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_MUSL_ONCE_H_
