// glibc_rwlock_word: the releases and kinds of glibc's reader-writer lock, and its four words, which glibc_rwlock.h draws.
#ifndef HOLDFAST_MODELS_PUBLISHED_GLIBC_RWLOCK_WORD_H_
#define HOLDFAST_MODELS_PUBLISHED_GLIBC_RWLOCK_WORD_H_

#include <cstdint>

#include "impl/word/layout.h"

namespace holdfast::published {

// The first release of each form; and the last of them with our repair.
enum class glibc_release : unsigned char { v2_25, v2_26, v2_29, repaired };
// PTHREAD_RWLOCK_PREFER_READER_NP, PREFER_WRITER_NP, PREFER_WRITER_NONRECURSIVE_NP.
enum class glibc_rwlock_kind : unsigned char { prefer_readers, prefer_writers, prefer_writers_nonrecursive };

struct glibc_rwlock_word {
  // readers
  static constexpr std::uint32_t write_phase = 1;
  static constexpr std::uint32_t write_locked = 2;
  static constexpr std::uint32_t reader_waits = 4;
  static constexpr std::uint32_t one_reader = 8;
  // phase and futex
  static constexpr std::uint32_t writers = 1;
  static constexpr std::uint32_t primary = 1;
  static constexpr std::uint32_t used = 2;
  // writers
  static constexpr std::uint32_t hand_over = 1u << 31;

  static constexpr named_value phase_values[] = {{1, "WRPHASE", "the phase is a writer's"}};
  static constexpr named_value locked_values[] = {{1, "WRLOCKED", "there is a primary writer"}};
  static constexpr named_value waits_values[] = {{1, "RWAITING", "some reader lets the writer pass"}};
  static constexpr named_value used_values[] = {{1, "USED", "somebody may sleep"}};
  static constexpr named_value hand_over_values[] = {{1, "WRHANDOVER", "WRLOCKED is for one of them"}};
  static constexpr field readers_fields[] = {
      {"WRPHASE", 0, 1, phase_values}, {"WRLOCKED", 1, 1, locked_values}, {"RWAITING", 2, 1, waits_values}, {"count", 3, 29, {}}};
  static constexpr field phase_fields[] = {{"writers", 0, 1, {}}, {"USED", 1, 1, used_values}};
  static constexpr field futex_fields[] = {{"primary", 0, 1, {}}, {"USED", 1, 1, used_values}};
  static constexpr field registered_fields[] = {{"count", 0, 31, {}}, {"WRHANDOVER", 31, 1, hand_over_values}};
  static constexpr layout readers{"readers", readers_fields};
  static constexpr layout phase{"phase", phase_fields};
  static constexpr layout registered{"writers", registered_fields};
  static constexpr layout futex{"futex", futex_fields};

  static constexpr bool is_write_phase(std::uint32_t r) { return (r & write_phase) != 0; }
  static constexpr bool is_write_locked(std::uint32_t r) { return (r & write_locked) != 0; }
  static constexpr bool is_waited_for(std::uint32_t r) { return (r & reader_waits) != 0; }
  static constexpr bool has_readers(std::uint32_t r) { return r >= one_reader; }
  static constexpr bool is_writers(std::uint32_t p) { return (p & writers) != 0; }
  static constexpr bool is_used(std::uint32_t p) { return (p & used) != 0; }
  static constexpr bool is_handed_over(std::uint32_t w) { return (w & hand_over) != 0; }

  // As a reader leaves: the last one begins the phase of a primary writer, and nobody lets it pass any longer.
  static constexpr std::uint32_t without_one_reader(std::uint32_t r) {
    const std::uint32_t left = r - one_reader;
    if (has_readers(left)) return left;
    return (left | (is_write_locked(left) ? write_phase : 0)) & ~reader_waits;
  }
  // As a writer leaves: the phase becomes that of the readers that wait, if there are.
  static constexpr std::uint32_t without_writer(std::uint32_t r) {
    return r & ~(has_readers(r) ? write_locked | write_phase : write_locked);
  }
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_GLIBC_RWLOCK_WORD_H_
