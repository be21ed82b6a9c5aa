#include "cli/subset/progress_view.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "cli/subset/progress_line.h"

namespace millrace::cli {

using subset::Phase;
using subset::Progress;

namespace {

/// Of now: windows change their size while a copy runs.
std::size_t terminal_width() {
  winsize size{};
  constexpr std::size_t kUsual = 80;
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 ? kUsual : size.ws_col;
}

}  // namespace

ProgressForm usual_form() {
  const char* const kind = std::getenv("TERM");
  // A terminal that cannot draw over its line would show each state behind the last.
  const bool draws = kind != nullptr && *kind != '\0' && std::string_view(kind) != "dumb";
  return draws && ::isatty(STDERR_FILENO) == 1 ? ProgressForm::bar : ProgressForm::lines;
}

void ProgressView::show(const Progress& progress) {
  switch (form_) {
    case ProgressForm::none: return;
    case ProgressForm::json: std::fprintf(stderr, "%s\n", to_json(progress).c_str()); return;
    case ProgressForm::lines: {
      if (progress.phase == phase_ && progress.since_start - told_ < std::chrono::seconds(1)) return;
      phase_ = progress.phase;
      told_ = progress.since_start;
      if (progress.phase != Phase::done) std::fprintf(stderr, "millrace: %s\n", progress_line(progress, kAnyWidth).c_str());
      return;
    }
    case ProgressForm::bar: break;
  }
  if (progress.phase == Phase::done) return end();
  // The last column stays free: a terminal may go to the next line once it is filled.
  std::string text = progress_line(progress, terminal_width() - 1);
  if (text == drawn_) return;
  drawn_ = std::move(text);
  // In one write, and the rest of the line is cleared behind the text rather than before it, so that nothing flickers.
  const std::string bytes = "\r" + drawn_ + "\x1b[K";
  std::fwrite(bytes.data(), 1, bytes.size(), stderr);
  std::fflush(stderr);
}

void ProgressView::end() {
  if (!drawn_.empty()) std::fputs("\r\x1b[K", stderr);
  drawn_.clear();
}

}  // namespace millrace::cli
