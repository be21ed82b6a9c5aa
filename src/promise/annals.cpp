#include "promise/annals.h"

#include <algorithm>

#if __has_include(<execinfo.h>)
#include <execinfo.h>
#define MILLRACE_HAVE_BACKTRACE 1
#endif

#include <cstdlib>

namespace millrace::detail {
namespace {

constexpr std::size_t kOwnFrames = 2;  ///< note() and who calls it here

std::vector<void*> walk_stack([[maybe_unused]] std::size_t frames) {
#ifdef MILLRACE_HAVE_BACKTRACE
  std::vector<void*> found(frames + kOwnFrames);
  const int count = ::backtrace(found.data(), static_cast<int>(found.size()));
  found.resize(static_cast<std::size_t>(std::max(count, 0)));
  found.erase(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(std::min(found.size(), kOwnFrames)));
  return found;
#else
  return {};
#endif
}

void print(const std::vector<void*>& frames, std::string& text) {
#ifdef MILLRACE_HAVE_BACKTRACE
  char** const names = ::backtrace_symbols(frames.data(), static_cast<int>(frames.size()));
  if (names == nullptr) return;
  for (std::size_t i = 0; i < frames.size(); ++i) text.append(names[i]).append("\n");
  std::free(static_cast<void*>(names));  // the array and its strings are one block
#else
  static_cast<void>(frames);
  static_cast<void>(text);
#endif
}

}  // namespace

void PromiseAnnals::note(const PromiseBase& state) {
  auto site = std::make_shared<Site>();
  site->frames = walk_stack(frames_);
  sites_.insert_or_assign(&state, std::move(site));
}

void PromiseAnnals::note_reaction(const PromiseBase& source, const PromiseBase& derived) {
  const auto from = sites_.find(&source);
  const auto to = sites_.find(&derived);
  if (from == sites_.end() || to == sites_.end() || reactions_ == 0) return;
  // A chain without end must not keep every site of its past.
  std::shared_ptr<const Site> source_site = from->second;
  if (source_site->depth + 1 > reactions_) {
    auto cut = std::make_shared<Site>(*source_site);
    cut->source = nullptr;
    cut->depth = 0;
    source_site = std::move(cut);
  }
  to->second->depth = source_site->depth + 1;
  to->second->source = std::move(source_site);
}

std::string PromiseAnnals::of(const PromiseBase& state) const {
  std::string text;
  const auto found = sites_.find(&state);
  if (found == sites_.end()) return text;
  print(found->second->frames, text);
  for (const Site* site = found->second->source.get(); site != nullptr; site = site->source.get()) {
    text.append("reaction to a promise made at\n");
    print(site->frames, text);
  }
  return text;
}

}  // namespace millrace::detail
