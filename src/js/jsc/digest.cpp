// On GLib, which the engine brings with it.
#include "js/digest.h"

#include <glib.h>

#include <memory>

namespace millrace::js {

std::string sha256(std::initializer_list<std::string_view> parts) {
  const std::unique_ptr<GChecksum, void (*)(GChecksum*)> sum(g_checksum_new(G_CHECKSUM_SHA256), &g_checksum_free);
  for (const std::string_view part : parts)
    g_checksum_update(sum.get(), reinterpret_cast<const guchar*>(part.data()), static_cast<gssize>(part.size()));
  return g_checksum_get_string(sum.get());
}

}  // namespace millrace::js
