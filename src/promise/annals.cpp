#include "promise/annals.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <ranges>
#include <unordered_set>
#include <utility>

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

std::vector<PendingPromises> PromiseAnnals::by_place(const std::vector<const PromiseBase*>& pending, std::size_t places_max) const {
  // Each promise follows at most one other: from each the way is walked once, and what it ends in holds for all that are on it.
  enum class End : std::uint8_t { walking, open, circle };
  const std::unordered_set<const PromiseBase*> is_pending(pending.begin(), pending.end());
  std::unordered_map<const PromiseBase*, End> ends;
  std::vector<const PromiseBase*> way;
  const auto end_of = [&](const PromiseBase* at) {
    way.clear();
    End end = End::open;
    for (;;) {
      if (const auto [known, is_new] = ends.try_emplace(at, End::walking); !is_new) {
        end = known->second == End::walking ? End::circle : known->second;
        break;
      }
      way.push_back(at);
      const auto next = follows_.find(at);
      if (next == follows_.end() || !is_pending.contains(next->second)) break;
      at = next->second;
    }
    for (const PromiseBase* const passed : way) ends[passed] = end;
    return end;
  };
  struct Place {
    const PromiseBase* one;
    std::size_t count = 0;
    bool circle = false;
  };
  std::map<std::vector<void*>, Place> places;
  for (const PromiseBase* const state : pending) {
    const auto site = sites_.find(state);
    Place& place =
        places.try_emplace(site == sites_.end() ? std::vector<void*>() : site->second->frames, Place{.one = state}).first->second;
    ++place.count;
    place.circle = end_of(state) == End::circle || place.circle;
  }
  std::vector<Place> sorted;
  sorted.reserve(places.size());
  for (const auto& [frames, place] : places) sorted.push_back(place);
  std::ranges::sort(sorted,
                    [](const Place& a, const Place& b) { return std::pair(a.circle, a.count) > std::pair(b.circle, b.count); });
  std::vector<PendingPromises> found;
  for (const Place& place : sorted | std::views::take(places_max))
    found.push_back({.created = of(*place.one), .count = place.count, .never_settles = place.circle});
  return found;
}

}  // namespace millrace::detail
