#include "js/context_bridge.h"

#include <array>
#include <memory>
#include <utility>

#include "js/runtime_core.h"

namespace millrace::js {
namespace {

/// What names a context while it lives.
const void* identity_of(const Context& context) noexcept {
  millrace::detail::ContextNode* const node = millrace::detail::ContextHandoff::release(Context(context));
  static_cast<void>(millrace::detail::ContextHandoff::adopt(node));
  return node;
}

/// A frame inside a context. Several runtimes may put theirs into one.
struct CarriedFrame {
  const RuntimeCore* owner = nullptr;
  Value frame;
  const void* context = nullptr;  ///< the one that this was made for: with more values in it, it is another
};
constexpr ContextKey<std::shared_ptr<CarriedFrame>> kFrame;

/// A context inside a frame. The frame may be in that context's chain only as an older one, so the two never hold each other.
class CarriedContext final : public HostObject {
 public:
  explicit CarriedContext(Context context) noexcept : context_(std::move(context)) {}
  [[nodiscard]] const Context& context() const noexcept { return context_; }

 private:
  Context context_;
};

const CarriedFrame* carried_by(const Context& context, const RuntimeCore& core) {
  const std::shared_ptr<CarriedFrame>* const found = context.find(kFrame);
  return found != nullptr && (*found)->owner == &core ? found->get() : nullptr;
}

}  // namespace

bool ContextBridge::differs() const noexcept {
  return state_.frame() != mirrored_.frame || !(core_.public_loop().context() == mirrored_.context);
}

Local ContextBridge::swap(Local frame) {
  const JsResult<Local> before = core_.engine()->call(swap_frame_, {}, std::array{frame});
  return before ? *before : core_.engine()->null();
}

Local ContextBridge::frame_of(const Context& context) {
  Engine& engine = *core_.engine();
  if (context.empty()) return engine.null();
  const CarriedFrame* const carried = carried_by(context, core_);
  const Local values = carried == nullptr ? engine.null() : RuntimeCore::local_of(carried->frame);
  if (carried != nullptr && carried->context == identity_of(context)) return values;
  const Local box = engine.host_object(engine.null(), std::make_unique<CarriedContext>(context));
  if (!box) return engine.null();
  const JsResult<Local> made = engine.call(carry_, {}, std::array{values, box});
  return made ? *made : engine.null();
}

Context ContextBridge::context_of_frame() {
  Engine& engine = *core_.engine();
  const JsResult<Local> frame = engine.call(current_frame_, {}, {});
  if (!frame || engine.kind(*frame) != Kind::object) return {};
  const JsResult<Local> box = engine.get(*frame, "native");
  const auto* const carried = box ? dynamic_cast<const CarriedContext*>(engine.host_of(*box)) : nullptr;
  const Context base = carried == nullptr ? Context{} : carried->context();
  auto link = std::make_shared<CarriedFrame>(&core_, core_.keep(*frame));
  Context context = base.with(kFrame, link);
  link->context = identity_of(context);
  return context;
}

void ContextBridge::Entry::begin(ContextBridge& bridge, bool nested) {
  const Context& context = bridge.core_.public_loop().context();
  const Local before = bridge.swap(bridge.frame_of(context));
  bridge.mirrored_ = {bridge.state_.frame(), context};
  if (!nested) return;
  bridge_ = &bridge;
  before_ = before;
}

void ContextBridge::Entry::end() noexcept {
  if (!bridge_->core_.engine()->terminating()) static_cast<void>(bridge_->swap(before_));
}

void ContextBridge::Call::begin(ContextBridge& bridge) {
  Loop& loop = bridge.core_.public_loop();
  if (bridge.state_.frame() == bridge.mirrored_.frame) {
    if (!(loop.context() == bridge.mirrored_.context)) scope_.emplace(loop, bridge.mirrored_.context);
    return;
  }
  bridge.mirrored_ = {bridge.state_.frame(), bridge.context_of_frame()};
  scope_.emplace(loop, bridge.mirrored_.context);
}

}  // namespace millrace::js
