// site: the label of an operation and where it stands in the source.
#ifndef HOLDFAST_CHECKER_SITE_H_
#define HOLDFAST_CHECKER_SITE_H_

namespace holdfast::checker {

struct site {
  consteval site(const char* operation_label, const char* in_file = __builtin_FILE(), int at_line = __builtin_LINE(),
                 const char* in_function = __builtin_FUNCTION())
      : label(operation_label), file(in_file), function(in_function), line(at_line) {}

  const char* label;
  const char* file;
  const char* function;
  int line;
};

}  // namespace holdfast::checker

#endif  // HOLDFAST_CHECKER_SITE_H_
