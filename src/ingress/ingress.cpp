#include <millrace/ingress.h>

#include <utility>

#include "ingress/door.h"

namespace millrace {

std::string_view to_string(Admission answer) noexcept {
  switch (answer) {
    case Admission::accepted: return "accepted";
    case Admission::full: return "full";
    case Admission::throttled: return "throttled";
    case Admission::closed: return "closed";
  }
  return "unknown";
}

Admission Ingress::post(Task& task) { return door_->post(task, context_); }
BatchAdmission Ingress::post_batch(std::span<Task> tasks) { return door_->post_batch(tasks, context_); }
Admission Ingress::post_internal(Task& task) { return door_->post_internal(task, context_); }

Result<Lane> Ingress::open_lane(LaneOptions options) {
  Result<std::shared_ptr<LaneState>> state = door_->open_lane(options);
  if (!state) return fail(std::move(state.error()));
  return Lane(door_, *std::move(state), context_);
}

Ingress Ingress::with_context(Context context) const {
  Ingress other = *this;
  other.context_ = std::move(context);
  return other;
}

}  // namespace millrace
