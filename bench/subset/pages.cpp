// Question: how many allocations does it save that pages are used again?
//   pages [reused|fresh]                   pages are filled and thrown away, or cleared and filled again
//   copy SOURCE TARGET [reused|fresh]      a whole copy between SQLite files, as it is, or with each page moved into a fresh one on its way: what its buffers
//                                          need to grow is then needed for each page
// Counted are calls of operator new by all threads; what SQLite allocates for itself is not among them.
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <new>
#include <string_view>

#include <millrace/loop.h>
#include <millrace/promise.h>
#include <millrace/subset/copy.h>
#include <millrace/subset/page.h>
#include <millrace/subset/transform.h>
#include <millrace/version.h>

#include "subset/peer.h"

namespace millrace::bench {
namespace {

std::atomic<std::uint64_t> news{0};  // relaxed: a count, read when the threads are done

constexpr std::size_t kPages = 40;
constexpr std::size_t kRows = 5'000;
constexpr std::size_t kColumns = 5;

/// Two numbers, a text of ten bytes, a real, a text of 40: what a row of `item` has.
void fill(subset::Page& page) {
  constexpr std::string_view kText = "between forty and fifty bytes of some text";
  page.reset(kColumns);
  for (std::size_t i = 0; i < kRows; ++i) {
    const std::size_t row = page.add_row();
    page.set(row, 0, static_cast<std::int64_t>(i));
    page.set(row, 1, static_cast<std::int64_t>(i / 2));
    page.set_text(row, 2, kText.substr(0, 10));
    page.set(row, 3, 1.5);
    page.set_text(row, 4, kText);
  }
}

std::uint64_t rows_filled = 0;  // what the loop makes has to be looked at

void fill_pages(bool fresh) {
  subset::Page page;
  for (std::size_t i = 0; i < kPages; ++i) {
    if (fresh) page = subset::Page();
    fill(page);
    rows_filled += page.rows();
  }
}

class FreshPages final : public subset::Transformer {
 public:
  explicit FreshPages(Loop& loop) : loop_(loop) {}
  [[nodiscard]] subset::ColumnList columns(const subset::Table& /*table*/) const override { return {}; }
  [[nodiscard]] Promise<void> transform(const subset::Table& /*table*/, const subset::ColumnList& /*places*/,
                                        subset::Page& page) override {
    subset::Page fresh(page.columns());
    for (std::size_t row = 0; row < page.rows(); ++row) fresh.add_row_of(page, row);
    page = std::move(fresh);
    return Promise<void>::resolved(loop_);
  }

 private:
  Loop& loop_;
};

int copy_all(const char* source, const char* target, bool fresh) {
  Loop loop;
  subset::CopyOptions options{.job = {.source = source, .target = target, .roots = {{.table = "customer"}}, .all_children = true}};
  options.job.keys = subset::KeyPolicy::map;
  options.job.page_rows = kRows;
  if (fresh)
    options.transformers = [&loop](const subset::Plan&) -> Result<std::vector<std::shared_ptr<subset::Transformer>>> {
      return std::vector<std::shared_ptr<subset::Transformer>>{std::make_shared<FreshPages>(loop)};
    };
  const Result<subset::Report> report = run_until(loop, subset::copy(loop, std::move(options)));
  if (!report) fail_with("copy", report.error().to_string());
  for (const subset::TableReport& table : report->tables) rows_filled += table.rows;
  return report->complete() ? 0 : 1;
}

int count(std::string_view what, int argc, char** argv) {
  const bool fresh = std::string_view(argv[argc - 1]) == "fresh";
  const std::uint64_t before = news.load(std::memory_order_relaxed);
  int code = 0;
  if (what == "pages")
    fill_pages(fresh);
  else if (argc >= 4)
    code = copy_all(argv[2], argv[3], fresh);
  else
    return 2;
  const std::uint64_t made = news.load(std::memory_order_relaxed) - before;
  const double thousands = static_cast<double>(rows_filled == 0 ? 1 : rows_filled) / 1000;
  report("rows", "allocations", "per 1,000 rows", static_cast<double>(made) / thousands);
  return code;
}

}  // namespace
}  // namespace millrace::bench

void* operator new(std::size_t bytes) {
  millrace::bench::news.fetch_add(1, std::memory_order_relaxed);
  if (void* const memory = std::malloc(bytes == 0 ? 1 : bytes)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

int main(int argc, char** argv) {
  const std::string_view what = argc > 1 ? argv[1] : "";
  if (what == "pages" || what == "copy")
    if (const int code = millrace::bench::count(what, argc, argv); code != 2) return code;
  std::fprintf(stderr, "pages [reused|fresh] | copy SOURCE TARGET [reused|fresh]\n");
  return 2;
}
