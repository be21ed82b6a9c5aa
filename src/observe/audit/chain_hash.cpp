// On GLib, which the program has loaded with its engine (docs/adr/0025-audit-log.md).
#include <glib.h>

#include "observe/audit/chain.h"

namespace millrace::observe::detail {
namespace {

struct FreeChecksum {
  void operator()(GChecksum* sum) const noexcept { g_checksum_free(sum); }
};
struct FreeHmac {
  void operator()(GHmac* hmac) const noexcept { g_hmac_unref(hmac); }
};

const guchar* bytes_of(std::string_view text) noexcept { return reinterpret_cast<const guchar*>(text.data()); }

}  // namespace

struct ChainHash::State {
  std::unique_ptr<GChecksum, FreeChecksum> plain;
  std::unique_ptr<GHmac, FreeHmac> keyed;  ///< as it is after the key, to be copied
};

ChainHash::ChainHash(std::string_view key) : state_(std::make_unique<State>()) {
  if (key.empty())
    state_->plain.reset(g_checksum_new(G_CHECKSUM_SHA256));
  else
    state_->keyed.reset(g_hmac_new(G_CHECKSUM_SHA256, bytes_of(key), key.size()));
}

ChainHash::~ChainHash() = default;

std::string ChainHash::of(std::string_view content) const {
  if (state_->keyed != nullptr) {
    const std::unique_ptr<GHmac, FreeHmac> hmac(g_hmac_copy(state_->keyed.get()));
    g_hmac_update(hmac.get(), bytes_of(content), static_cast<gssize>(content.size()));
    return g_hmac_get_string(hmac.get());
  }
  g_checksum_reset(state_->plain.get());
  g_checksum_update(state_->plain.get(), bytes_of(content), static_cast<gssize>(content.size()));
  return g_checksum_get_string(state_->plain.get());
}

std::string_view ChainHash::algorithm() const noexcept { return state_->keyed != nullptr ? kKeyedAlgorithm : kPlainAlgorithm; }

}  // namespace millrace::observe::detail
