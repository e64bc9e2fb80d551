#include <fmt/format.h>
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <iterator>

#include "tests/benchmarks/report.h"
#include "tests/benchmarks/statistics.h"

namespace holdfast::benchmarks {
namespace {

// In the order of the contenders, so that a lock has one colour in every panel.
constexpr const char* colours[] = {"#999999", "#56b4e9", "#0072b2", "#e69f00", "#009e73", "#cc3311"};

std::string quoted(const std::string& text) {
  std::string result;
  for (char c : text) result += c == '\'' ? std::string("''") : std::string(1, c);
  return "'" + result + "'";
}

// One row for each cell of the panel; for each lock its median, low and high quartile.
std::string data_of(const std::vector<const cell*>& panel) {
  std::string data;
  for (const cell* c : panel) {
    data += fmt::format("\"{}\"", c->load.threads);
    const series* normal = find(c->locks, contended_reference);
    for (const series& column : panel.front()->locks) {
      const series* s = find(c->locks, column.lock);
      const quartiles q = s == nullptr ? quartiles{} : quartiles_of(ratios(s->rounds, normal->rounds));
      data += fmt::format(" {:.4f} {:.4f} {:.4f}", q.median, q.low, q.high);
    }
    data += '\n';
  }
  return data;
}

// One line for all panels, below the title.
std::string legend(const cell& c) {
  std::string s;
  for (std::size_t i = 0; i < c.locks.size(); ++i)
    s += fmt::format("set label at screen {:.3f},0.95 {} tc rgb '{}' noenhanced\n", 0.2 + 0.11 * static_cast<double>(i),
                     quoted("\u25a0 " + c.locks[i].lock), colours[i % std::size(colours)]);
  return s;
}

std::string contended_panel(const std::vector<const cell*>& panel, int number) {
  const cell& first = *panel.front();
  std::string s = fmt::format("$panel{} << EOD\n{}EOD\n", number, data_of(panel));
  s +=
      fmt::format("set title '{} sections, {} outside'\n", first.section, first.outside == "none" ? std::string("nothing") : first.section);
  s += "set xlabel 'threads'\nset ylabel 'throughput / pthread normal'\nplot 1 with lines lc '#444444' dt 2";
  for (std::size_t i = 0; i < first.locks.size(); ++i)
    s += fmt::format(", $panel{} using {}:{}:{}:xtic(1) lc rgb '{}'", number, 2 + 3 * i, 3 + 3 * i, 4 + 3 * i,
                     colours[i % std::size(colours)]);
  return s + "\n";
}

std::string pairs_panel(const results& run) {
  std::string data;
  const series* bare = find(run.uncontended, uncontended_reference);
  for (const series& s : run.uncontended) {
    const quartiles q = quartiles_of(ratios(s.rounds, bare->rounds));
    data += fmt::format("\"{}\" {:.4f} {:.4f} {:.4f}\n", s.lock, q.median, q.low, q.high);
  }
  return fmt::format(
      "$pairs << EOD\n{}EOD\nset title 'uncontended pair'\nset xlabel ''\nset ylabel 'time / bare pair'\n"
      "set rmargin 14\nset xtics rotate by -35 scale 0\nplot $pairs using 2:3:4:xtic(1) lc rgb '#777777'\nset xtics norotate\n",
      data);
}

std::string script_of(const results& run, const std::filesystem::path& file) {
  const bool png = file.extension() == ".png";
  std::string s = fmt::format("set terminal {}\nset output {}\n",
                              png ? "pngcairo size 1500,850" : "svg size 1500,850 dynamic background '#ffffff'", quoted(file.string()));
  s += "set style data histogram\nset style histogram errorbars gap 2 lw 1\nset style fill solid 0.9 border -1\nset boxwidth 0.9\n"
       "set yrange [0:*]\nset grid ytics\nset xtics noenhanced\n"
       "set key off\nset encoding utf8\n";
  s += fmt::format("set multiplot layout 2,3 title {} noenhanced\n",
                   quoted(run.machine.front().second + ": medians of ratios within a round, and their quartiles") + ".\"\\n \"");
  if (!run.contended.empty()) s += legend(run.contended.front());
  int number = 0;
  for (std::size_t i = 0; i < run.contended.size();) {
    std::vector<const cell*> panel;
    const cell& first = run.contended[i];
    for (; i < run.contended.size() && run.contended[i].section == first.section && run.contended[i].outside == first.outside; ++i)
      panel.push_back(&run.contended[i]);
    s += contended_panel(panel, number++);
  }
  if (!run.uncontended.empty()) s += pairs_panel(run);
  return s + "unset multiplot\n";
}

}  // namespace

std::string plot(const results& run, const std::filesystem::path& file) {
  if (std::system("command -v gnuplot >/dev/null 2>&1") != 0) return "no plot: gnuplot is not installed (package gnuplot-nox)";
  std::FILE* pipe = popen("gnuplot >/dev/null 2>&1", "w");
  if (pipe == nullptr) return "no plot: gnuplot cannot be started";
  const std::string script = script_of(run, file);
  std::fwrite(script.data(), 1, script.size(), pipe);
  if (pclose(pipe) != 0) return fmt::format("no plot: gnuplot cannot write {}", file.string());
  return "";
}

}  // namespace holdfast::benchmarks
