// fake_machine: a machine for one thread at a time. Its memory is a list of words; it writes down what it is asked, and fails where it is
// told to.
#ifndef HOLDFAST_TESTS_LITMUS_FAKE_MACHINE_H_
#define HOLDFAST_TESTS_LITMUS_FAKE_MACHINE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "checker/litmus/interpreter.h"
#include "checker/litmus/program.h"

namespace holdfast::checker::litmus {

class fake_machine : public machine {
 public:
  explicit fake_machine(const program& p);

  std::uint64_t load(std::size_t location, order o, const position& at) override;
  void store(std::size_t location, std::uint64_t value, order o, const position& at) override;
  std::uint64_t read_modify_write(std::size_t location, update how, std::uint64_t operand, order o, const position& at) override;
  bool compare_exchange(std::size_t location, std::uint64_t& expected, std::uint64_t desired, order success, order failure, bool weak,
                        const position& at) override;
  void fence(order o, const position& at) override;
  std::uint64_t plain_load(std::size_t location, const position& at) override;
  void plain_store(std::size_t location, std::uint64_t value, const position& at) override;
  void expect(bool holds, std::string_view text, const position& at) override;
  void assume(bool holds, const position& at) override;
  void repeat(const position& at) override;

  std::vector<std::uint64_t> memory;  // the bits of each location
  std::vector<std::string> log;       // "4:7 x.load(acquire)=1"
  bool weak_fails = false;

  // Thrown by assume(false), and by repeat() after that many rounds.
  struct abandoned {};
  int rounds = 1000;

 private:
  void note(const position& at, const std::string& what);
  const std::string& name(std::size_t location) const { return program_.locations.at(location).name; }

  const program& program_;
};

// Runs one thread alone; returns its variables. Throws what the machine throws.
std::vector<std::uint64_t> run_alone(const program& p, fake_machine& on, std::size_t thread = 0);

}  // namespace holdfast::checker::litmus

#endif  // HOLDFAST_TESTS_LITMUS_FAKE_MACHINE_H_
