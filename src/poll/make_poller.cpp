// Which poller a host gets, and why not another.
#include <initializer_list>
#include <string>
#include <utility>

#include <millrace/poller.h>

namespace millrace {
namespace {

/// `last`, with every refusal that led to it as its cause. An Error has one cause, so they are strung up: latest first.
Error chain(std::optional<Error> earlier, const Error& last) {
  if (!earlier) return last;
  Error chained = earlier->wrap(last.code(), last.message());
  for (const auto& [key, value] : last.context()) chained = chained.with(key, value);
  return chained;
}

/// The first that can be made, and every refusal before it.
struct FirstThatWorks {
  std::unique_ptr<Poller> poller;
  std::optional<Error> refusals;
};

FirstThatWorks first_that_works(std::initializer_list<PollerKind> kinds) {
  FirstThatWorks found;
  for (const PollerKind kind : kinds) {
    Result<std::unique_ptr<Poller>> poller = make_poller(kind);
    if (poller) {
      found.poller = *std::move(poller);
      return found;
    }
    found.refusals = chain(std::move(found.refusals), poller.error().with("poller", std::string(to_string(kind))));
  }
  return found;
}

}  // namespace

std::string_view to_string(PollerKind kind) noexcept {
  switch (kind) {
    case PollerKind::automatic: return "automatic";
    case PollerKind::epoll: return "epoll";
    case PollerKind::io_uring: return "io_uring";
    case PollerKind::poll: return "poll";
  }
  return "unknown";
}

Result<std::unique_ptr<Poller>> make_poller(PollerKind kind) {
  switch (kind) {
    case PollerKind::epoll: return make_epoll_poller();
    case PollerKind::io_uring: return make_io_uring_poller();
    case PollerKind::poll: return make_poll_poller();
    case PollerKind::automatic: break;
  }
  FirstThatWorks found = first_that_works({PollerKind::epoll, PollerKind::poll});
  if (!found.poller) return fail(*std::move(found.refusals));
  return std::move(found.poller);
}

Result<PollerChoice> choose_poller(PollerKind preferred) {
  if (preferred == PollerKind::automatic) preferred = PollerKind::epoll;
  // A second try of the preferred kind would be refused again, and only lengthen the chain.
  FirstThatWorks found = preferred == PollerKind::epoll  ? first_that_works({PollerKind::epoll, PollerKind::poll})
                         : preferred == PollerKind::poll ? first_that_works({PollerKind::poll, PollerKind::epoll})
                                                         : first_that_works({preferred, PollerKind::epoll, PollerKind::poll});
  if (!found.poller) return fail(*std::move(found.refusals));
  return PollerChoice{std::move(found.poller), std::move(found.refusals)};
}

}  // namespace millrace
