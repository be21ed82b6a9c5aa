#include <iostream>

#include <millrace/subset/copy.h>

namespace subset = millrace::subset;

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  subset::Job job{.source = argv[1], .target = argv[2]};
  job.roots = {{.table = "customer", .where = "country = 'IE'", .limit = 100}};
  job.children = {{.of = "customer", .table = "order"}};
  job.tables["customer"].columns["email"] = {.mask = "email"};
  job.seed = "keep yours secret";

  millrace::Loop loop;
  subset::CopyOptions options{.job = job};
  options.on_progress = [](const subset::Progress& now) {
    if (now.phase == subset::Phase::done) std::cout << now.rows() << " of " << now.planned() << " rows\n";
  };
  const auto report = run_until(loop, subset::copy(loop, std::move(options)));
  if (!report) {
    std::cerr << report.error().to_string() << '\n';
    return 1;
  }
  for (const subset::TableReport& table : report->tables) std::cout << table.table << ": " << table.rows << '\n';
  return report->complete() ? 0 : 3;
}
