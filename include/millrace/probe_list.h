// ProbeList: several probes on one loop.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <vector>

#include <millrace/probe.h>

namespace millrace {

/// Hands what a loop tells its probe on to several. Each member hears what it would hear alone, and chooses as it would alone; so metrics,
/// a report of slow callbacks and a stall detector serve one loop together.
/// Switching   the list is on while a member is. A member that is switched while others are on is followed when state() is told next: before the
///             next sleep, and within a millisecond of work.
/// Reading     a member's serial(), activity() and thread_number() are the list's.
/// Cost        for what is measured a virtual call and a walk over the members; the list measures as often as its densest member asks for, and
///             every tick.
/// Lifetime    the members outlive the list, which outlives the loop and whoever reads a member from another thread, a StallDetector::Watch for
///             instance. Made before the members are used elsewhere.
class ProbeList final : public Probe {
 public:
  static constexpr std::size_t kMembersMax = 16;

  /// At most kMembersMax; each in one list only.
  ProbeList(std::initializer_list<Probe*> members);
  ~ProbeList() override;

  // What the loop calls; see Probe.
  void entered(Instant now) noexcept override;
  void left(Instant now, const LoopFigures& figures, const LoopDepths& depths) noexcept override;
  void closed(const LoopFigures& figures, const LoopDepths& depths) noexcept override;
  void task_begins(Work kind) noexcept override;
  void task(const TaskMeasure& measure) noexcept override;
  void tick(Instant began, Duration took) noexcept override;
  void post_waited(Instant ran, Duration waited, std::uint64_t stands_for) noexcept override;
  void state(Instant now, bool sleeps, const LoopFigures& figures, const LoopDepths& depths) noexcept override;
  void woke(Instant now) noexcept override;

 private:
  struct Member {
    Probe* probe;
    bool inside = false;  ///< it was told entered(), and not left() since
    bool chose = false;   ///< it asked for the task that is being measured
  };
  /// What the loop has counted since plan() becomes the members' count.
  void spend() noexcept;
  /// Chooses what comes first for any member.
  void plan(std::size_t kind) noexcept;
  void plan_all() noexcept;
  template <typename Tell>
  void tell_inside(Tell tell) noexcept;

  std::vector<Member> members_;
  std::array<std::uint32_t, kWorkKinds> stride_{};  ///< the distance that plan() chose; zero: none
};

}  // namespace millrace
