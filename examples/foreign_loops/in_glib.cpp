// A Millrace loop inside a GLib main loop, as a GSource: the way to have one inside GTK.
#include <glib.h>

#include "work.h"

namespace {

struct GuestSource {
  GSource source;  // first: GLib sees only this part
  millrace::Loop* loop;
  gpointer fd_tag;
};

GuestSource* guest(GSource* source) { return reinterpret_cast<GuestSource*>(source); }

// Before GLib waits: how long may it?
gboolean prepare(GSource* source, gint* timeout_ms) {
  const std::optional<millrace::Duration> wait = guest(source)->loop->timeout();
  *timeout_ms = wait ? static_cast<gint>(std::chrono::ceil<std::chrono::milliseconds>(*wait).count()) : -1;
  return wait && *wait <= millrace::Duration::zero();
}

// After it: is there something to do?
gboolean check(GSource* source) {
  if ((g_source_query_unix_fd(source, guest(source)->fd_tag) & G_IO_IN) != 0) return TRUE;
  const std::optional<millrace::Duration> wait = guest(source)->loop->timeout();
  return wait && *wait <= millrace::Duration::zero();
}

gboolean dispatch(GSource* source, GSourceFunc callback, gpointer data) {
  if (guest(source)->loop->run_once().value_or(false)) return G_SOURCE_CONTINUE;
  if (callback != nullptr) callback(data);  // nothing keeps the guest alive, or it failed
  return G_SOURCE_REMOVE;
}

GSourceFuncs functions = {prepare, check, dispatch, nullptr, nullptr, nullptr};

}  // namespace

int main() {
  GMainLoop* host = g_main_loop_new(nullptr, FALSE);
  {
    millrace::Loop loop;
    Work work{loop};
    GSource* source = g_source_new(&functions, sizeof(GuestSource));
    guest(source)->loop = &loop;
    guest(source)->fd_tag = g_source_add_unix_fd(source, loop.fd().value(), G_IO_IN);
    g_source_set_callback(
        source,
        [](gpointer main_loop) {
          g_main_loop_quit(static_cast<GMainLoop*>(main_loop));
          return gboolean{G_SOURCE_REMOVE};
        },
        host, nullptr);
    g_source_attach(source, nullptr);
    g_timeout_add(
        5,
        [](gpointer) {
          std::puts("host: its own timer");
          return gboolean{G_SOURCE_REMOVE};
        },
        nullptr);
    g_main_loop_run(host);
    std::puts(work.done() ? "both are done" : "the guest is not done");
    g_source_destroy(source);
    g_source_unref(source);
  }
  g_main_loop_unref(host);
}
