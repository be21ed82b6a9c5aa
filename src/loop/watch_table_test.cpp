#include "loop/watch_table.h"

#include <gtest/gtest.h>

#include <memory>

#include <millrace/scripted_poller.h>

#include "support/descriptors.h"

namespace millrace {
namespace {
using testing::is_open;
using testing::make_eventfd;

struct WatchTableTest : ::testing::Test {
  ManualClock clock;
  ScriptedPoller poller{clock};
  WatchTable table{poller, 2};
  UniqueFd fd = make_eventfd();

  Result<SlabId> add() {
    return table.add(fd.get(), Interest::readable, [](Readiness) {});
  }
  /// The number the system would give to the next descriptor.
  static int next_number() { return make_eventfd().get(); }
};

TEST_F(WatchTableTest, RegistersADuplicateUnderItsId) {
  const SlabId id = add().value();
  EXPECT_NE(poller.last_added_fd(), fd.get());
  EXPECT_TRUE(is_open(poller.last_added_fd()));
  EXPECT_NE(::fcntl(poller.last_added_fd(), F_GETFD) & FD_CLOEXEC, 0) << "children do not inherit it";
  EXPECT_TRUE(table.contains(id));
  EXPECT_EQ(table.size(), 1u);
}

TEST_F(WatchTableTest, EraseClosesTheDuplicateAndEndsTheRegistration) {
  const SlabId id = add().value();
  const int duplicate = poller.last_added_fd();
  EXPECT_TRUE(table.erase(id));
  EXPECT_FALSE(is_open(duplicate));
  EXPECT_TRUE(is_open(fd.get()));
  EXPECT_EQ(poller.registered(), 0u);
  EXPECT_FALSE(table.erase(id));
  EXPECT_FALSE(table.take_callback(id));
  EXPECT_EQ(table.modify(id, Interest::readable).error().code(), Errc::not_found);
}

TEST_F(WatchTableTest, ARefusalLeavesNothingBehind) {
  const int number = next_number();
  const auto token = std::make_shared<int>(1);
  poller.fail_nth("add", 1, Error::from_errno(ENOSPC, "scripted"));
  const auto refused = table.add(fd.get(), Interest::readable, [token](Readiness) {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), std::errc::no_space_on_device);
  EXPECT_FALSE(is_open(number));
  EXPECT_EQ(token.use_count(), 1);
  EXPECT_EQ(table.size(), 0u);
  EXPECT_EQ(table.ref_count(), 0u);
}

TEST_F(WatchTableTest, TheLimitLeavesNothingBehindEither) {
  ASSERT_TRUE(add());
  ASSERT_TRUE(add());
  const int number = next_number();
  EXPECT_EQ(add().error().code(), Errc::full);
  EXPECT_FALSE(is_open(number));
  EXPECT_EQ(table.ref_count(), 2u);
}

TEST_F(WatchTableTest, AClosedDescriptorIsInvalid) {
  const int number = fd.get();
  fd.reset();
  EXPECT_EQ(table.add(number, Interest::readable, [](Readiness) {}).error().code(), Errc::invalid_descriptor);
}

TEST_F(WatchTableTest, ARefusedRemovalStillEndsTheRegistrationForTheCaller) {
  const SlabId id = add().value();
  const int duplicate = poller.last_added_fd();
  poller.fail_nth("remove", 1, Error::from_errno(ENOMEM, "scripted"));
  EXPECT_TRUE(table.erase(id));
  EXPECT_FALSE(is_open(duplicate));
  EXPECT_EQ(table.ref_count(), 0u);
}

TEST_F(WatchTableTest, ATakenCallbackIsNotRestoredIntoAnotherRegistration) {
  const SlabId old = add().value();
  WatchTable::Callback callback = table.take_callback(old);
  ASSERT_TRUE(callback);
  table.erase(old);
  const auto token = std::make_shared<int>(1);
  const SlabId fresh = table.add(fd.get(), Interest::readable, [token](Readiness) {}).value();
  ASSERT_EQ(fresh.slot, old.slot);
  table.restore(old, std::move(callback));
  EXPECT_EQ(token.use_count(), 2) << "the new callback is still there";
}

TEST_F(WatchTableTest, CountsReferencesExactlyOnce) {
  const SlabId id = add().value();
  EXPECT_EQ(table.ref_count(), 1u);
  table.set_ref(id, false);
  table.set_ref(id, false);
  EXPECT_EQ(table.ref_count(), 0u);
  EXPECT_FALSE(table.has_ref(id));
  table.erase(id);
  EXPECT_EQ(table.ref_count(), 0u);
  table.set_ref(id, true);
  EXPECT_EQ(table.ref_count(), 0u);
}

TEST_F(WatchTableTest, ClearErasesEverything) {
  ASSERT_TRUE(add());
  ASSERT_TRUE(add());
  table.clear();
  EXPECT_EQ(table.size(), 0u);
  EXPECT_EQ(poller.registered(), 0u);
}

}  // namespace
}  // namespace millrace
