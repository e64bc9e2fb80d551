// deadline: an absolute point in time for the kernel, or never.
//
// Made from any duration type without overflow: what lies before the clock's epoch has passed, what lies beyond max_seconds is never.
// Rounded up to whole nanoseconds, so that a wait does not end early.
#ifndef HOLDFAST_IMPL_LINUX_DEADLINE_H_
#define HOLDFAST_IMPL_LINUX_DEADLINE_H_

#include <chrono>
#include <cstdint>
#include <type_traits>

namespace holdfast {

// CLOCK_MONOTONIC and CLOCK_REALTIME: what libstdc++ and libc++ read for steady_clock and system_clock.
enum class deadline_clock : std::uint8_t { none, steady, system };

class linux_deadline {
 public:
  // 285 years, below the 292 that fit into the kernel's 64-bit nanoseconds.
  static constexpr std::int64_t max_seconds = 9'000'000'000;

  static constexpr linux_deadline never() noexcept { return linux_deadline(deadline_clock::none, 0, 0); }

  template <class Clock, class Duration>
  static constexpr linux_deadline at(const std::chrono::time_point<Clock, Duration>& when) noexcept {
    constexpr bool steady = std::is_same_v<Clock, std::chrono::steady_clock>;
    static_assert(steady || std::is_same_v<Clock, std::chrono::system_clock>,
                  "the kernel can wait on std::chrono::steady_clock and std::chrono::system_clock only");
    return make(steady ? deadline_clock::steady : deadline_clock::system, 0, 0, when.time_since_epoch());
  }

  // From now, on the steady clock.
  template <class Rep, class Period>
  static linux_deadline after(const std::chrono::duration<Rep, Period>& how_long) noexcept {
    const std::int64_t now = std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
    return make(deadline_clock::steady, now / giga, now % giga, how_long);
  }

  // By its own clock, now. Reads no clock if it is never.
  bool has_passed() const noexcept {
    if (clock_ == deadline_clock::none) return false;
    const auto now = clock_ == deadline_clock::steady ? std::chrono::steady_clock::now().time_since_epoch()
                                                      : std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch());
    const std::int64_t nanoseconds = std::chrono::nanoseconds(now).count();
    return nanoseconds / giga > seconds_ || (nanoseconds / giga == seconds_ && nanoseconds % giga >= nanoseconds_);
  }

  constexpr deadline_clock clock() const noexcept { return clock_; }
  constexpr std::int64_t seconds() const noexcept { return seconds_; }
  constexpr std::int64_t nanoseconds() const noexcept { return nanoseconds_; }  // of the second: 0 .. 999,999,999

 private:
  static constexpr std::int64_t giga = 1'000'000'000;

  constexpr linux_deadline(deadline_clock clock, std::int64_t seconds, std::int64_t nanoseconds) noexcept
      : seconds_(seconds), nanoseconds_(nanoseconds), clock_(clock) {}

  // The sum of a start and a duration. The comparison in floating point is exact where it matters, far from the limits it decides about.
  template <class Rep, class Period>
  static constexpr linux_deadline make(deadline_clock clock, std::int64_t from_seconds, std::int64_t from_nanoseconds,
                                       const std::chrono::duration<Rep, Period>& length) noexcept {
    const long double approximate = std::chrono::duration<long double>(length).count();
    if (!(approximate > 0)) return linux_deadline(clock, from_seconds, from_nanoseconds);  // not a number: passed, too
    if (approximate >= static_cast<long double>(max_seconds)) return never();
    // Whole seconds first: no intermediate overflows, whatever the period.
    const auto whole = std::chrono::floor<std::chrono::duration<std::int64_t>>(length);
    const auto rest = std::chrono::ceil<std::chrono::duration<std::int64_t, std::nano>>(length - whole);
    std::int64_t seconds = from_seconds + whole.count();
    std::int64_t nanoseconds = from_nanoseconds + rest.count();
    seconds += nanoseconds / giga;
    nanoseconds %= giga;
    if (seconds >= max_seconds) return never();
    return linux_deadline(clock, seconds, nanoseconds);
  }

  std::int64_t seconds_;
  std::int64_t nanoseconds_;
  deadline_clock clock_;
};

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_LINUX_DEADLINE_H_
