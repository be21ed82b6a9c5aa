// SharedRun: one worker's part of a job that several share, from its first statement to the report.
//
//   connect, open the target, join -> lead:   prepare the target, resolve, reserve numbers, write keys and units
//                                  -> follow: wait for that, then look at the target and the source as the leader saw it
//   then claim a unit, copy it, tell; again until none is left; then finish, or wait for who does.
//
// Any doubt about a lease ends the run: its connections are given up, and copy_shared() begins a new one, which finds out from the coordinator what is to be done.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <millrace/subset/scale.h>

#include "subset/copy/ledger.h"
#include "subset/copy/run.h"
#include "subset/scale/coordinator.h"
#include "subset/scale/heart_beat.h"

namespace millrace::subset {

class SharedRun final : public CopyRun {
 public:
  SharedRun(Loop& loop, CopyOptions options, SharedOptions shared);
  /// Once. Nothing: a lease was lost, and another run is to go on.
  [[nodiscard]] Async<std::optional<Report>> share();

 private:
  static constexpr const char* kWho = "the coordinator has units";  ///< for place_of()

  struct OfShared {
    std::size_t component = 0;
    bool numbered = false;        ///< mapping_ has all its new numbers
    bool looked_up = false;       ///< mapping_ has its keys that the source did not have
    bool absent_known = false;    ///< and what of its references is fields that refer to no row
    std::uint64_t key_pages = 0;  ///< leader: that were written
  };

  Async<void> open_coordinator();
  Async<void> join();
  Async<void> lead();
  Async<void> write_units();
  Async<void> write_keys(std::size_t table, std::optional<std::int64_t> first);
  Async<void> follow(SharedJob job);
  Async<void> work();
  Async<void> do_unit(SharedUnit unit);
  Async<void> finish();
  Async<void> check_ledger();
  Async<void> add_totals();
  /// What an error means: true when another run is to go on.
  Async<bool> give_up(Error failed);
  Async<void> evict(std::string token);
  Async<void> wait();
  void may_commit() override;
  void refuse_what_moves() const;
  [[nodiscard]] std::string settings() const;
  [[nodiscard]] std::vector<std::size_t> levels() const;
  [[nodiscard]] Async<Session*> look();

  // shared_units.cpp
  Async<void> copy_page(std::size_t table, std::uint64_t page);
  Async<void> copy_circle(const Component& component);
  /// Whether a unit is in the target: its entry in the ledger is. Then what the source did not have is known as if it had been copied here.
  Async<bool> noted(const SharedUnit& unit);
  Async<void> know_parents(std::size_t table, std::size_t component);
  Async<void> know_numbers(std::size_t table);
  Async<void> know_missing(std::size_t table);
  /// Fields of the table's references that refer to no row.
  Async<void> know_absent(std::size_t table);
  /// The place of a foreign key among those of its child.
  [[nodiscard]] std::size_t reference_of(std::size_t foreign_key) const;
  /// All keys of a table, and the first of their numbers.
  struct WholeSet {
    std::unique_ptr<KeySet> keys{};
    std::optional<std::int64_t> first{};
  };
  Async<WholeSet> read_keys(std::size_t table);
  Async<std::vector<SharedMissing>> missing_of(const SharedUnit& unit);

  SharedOptions shared_;
  AbortSignal asked_;     ///< the caller's
  AbortController lost_;  ///< a lease is over: all that is under way ends
  std::string token_;
  std::string look_at_;                ///< the target's address as it was given
  std::unique_ptr<Session> orders_{};  ///< with the coordinator
  std::unique_ptr<Coordinator> coordinator_{};
  std::unique_ptr<HeartBeat> beats_{};
  std::unique_ptr<Session> look_{};  ///< with the target, for what is to be seen beside the transaction
  std::vector<OfShared> of_{};       ///< as Schema::tables
  std::vector<std::unique_ptr<KeySet>> circles_{};
  std::optional<SharedUnit> held_{};
  bool leads_ = false;
  Duration pause_{};
  std::minstd_rand random_;
};

}  // namespace millrace::subset
