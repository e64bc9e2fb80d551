// shared_mutex_word: the word of a shared mutex: who holds it, who waits for it, and who is to have it next.
//
//     bit 31 | 30 29 | 28 | 27 ..... 14 | 13 ...... 0
//         W  | door  | P  |   waiting   |   holders
//
//     W        a writer holds it
//     door     value  name          meaning: the place of the one writer that is next
//                0    open          no writer is there
//                1    awake         a writer is there, and looks
//                2    asleep        a writer is there, and may sleep or be about to
//                3    queued_for    as asleep, and other writers may sleep until the door is open
//     P        the phase: every hand-over to the readers that wait turns it
//     waiting  how many readers wait, and have the mutex when it is handed over to them
//     holders  how many readers hold it
#ifndef HOLDFAST_IMPL_WORD_SHARED_MUTEX_WORD_H_
#define HOLDFAST_IMPL_WORD_SHARED_MUTEX_WORD_H_

#include <cstdint>

#include "impl/word/layout.h"

namespace holdfast {

struct shared_mutex_word {
  static constexpr unsigned count_width = 14;
  static constexpr std::uint32_t free = 0;
  static constexpr std::uint32_t one_holder = 1;
  static constexpr std::uint32_t holders = (1u << count_width) - 1;
  static constexpr std::uint32_t one_waiting = 1u << count_width;
  static constexpr std::uint32_t waiting = holders << count_width;
  static constexpr std::uint32_t phase = 1u << 28;
  static constexpr std::uint32_t awake = 1u << 29;
  static constexpr std::uint32_t asleep = 1u << 30;
  static constexpr std::uint32_t queued_for = awake | asleep;
  static constexpr std::uint32_t door = awake | asleep;
  static constexpr std::uint32_t written = 1u << 31;

  static constexpr named_value written_values[] = {{1, "W", "a writer holds it"}};
  static constexpr named_value door_values[] = {
      {0, "open", "no writer is at the door"},
      {1, "awake", "a writer is at the door, and looks"},
      {2, "asleep", "a writer is at the door, and may sleep or be about to"},
      {3, "queued_for", "a writer is at the door, and others may sleep until it is open"},
  };
  static constexpr field fields[] = {
      {"holders", 0, 14, {}}, {"waiting", 14, 14, {}}, {"phase", 28, 1, {}}, {"door", 29, 2, door_values}, {"W", 31, 1, written_values},
  };
  static constexpr layout description{"shared_mutex", fields};

  template <class Word>
  static constexpr auto is_written(const Word& w) {
    return (w & written) != 0;
  }
  template <class Word>
  static constexpr auto has_holders(const Word& w) {
    return (w & holders) != 0;
  }
  template <class Word>
  static constexpr auto is_last_holder(const Word& w) {
    return (w & holders) == one_holder;
  }
  // No more readers can hold it.
  template <class Word>
  static constexpr auto is_full_of_holders(const Word& w) {
    return (w & holders) == holders;
  }
  template <class Word>
  static constexpr auto is_full_of_waiting(const Word& w) {
    return (w & waiting) == waiting;
  }
  // Nobody holds it.
  template <class Word>
  static constexpr auto is_free(const Word& w) {
    return (w & (written | holders)) == 0;
  }
  // Nobody holds it, and no writer is at the door.
  template <class Word>
  static constexpr auto is_free_with_open_door(const Word& w) {
    return (w & (written | holders | door)) == 0;
  }
  template <class Word>
  static constexpr auto is_written_or_next(const Word& w) {
    return (w & (written | door)) != 0;
  }
  // A writer holds it, and nobody waits.
  template <class Word>
  static constexpr auto is_written_alone(const Word& w) {
    return (w & ~phase) == written;
  }
  template <class Word>
  static constexpr auto has_waiting(const Word& w) {
    return (w & waiting) != 0;
  }
  template <class Word>
  static constexpr auto is_door_open(const Word& w) {
    return (w & door) == 0;
  }
  template <class Word>
  static constexpr auto is_awake_at_door(const Word& w) {
    return (w & door) == awake;
  }
  // The writer at the door may sleep.
  template <class Word>
  static constexpr auto may_sleep_at_door(const Word& w) {
    return (w & asleep) != 0;
  }
  template <class Word>
  static constexpr auto is_queued_for(const Word& w) {
    return (w & door) == queued_for;
  }
  template <class Word>
  static constexpr auto phase_of(const Word& w) {
    return w & phase;
  }

  // The word after a step.
  template <class Word>
  static constexpr Word open_door(const Word& w) {
    return w & ~door;
  }
  // REQUIRES: the writer at the door is awake.
  template <class Word>
  static constexpr Word falls_asleep_at_door(const Word& w) {
    return w + (asleep - awake);
  }
  // A writer no longer holds it; all readers that waited do. REQUIRES: nobody else holds it.
  template <class Word>
  static constexpr Word handed_over(const Word& w) {
    return ((w & (door | phase)) ^ phase) | ((w & waiting) >> count_width);
  }
};

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_WORD_SHARED_MUTEX_WORD_H_
