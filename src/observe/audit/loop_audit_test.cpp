// LoopAudit: what a record says of an operation on a timer.
#include <millrace/observe/loop_audit.h>

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include <millrace/observe/log_context.h>
#include <millrace/observe/trace.h>

#include "support/audit_files.h"

namespace millrace::observe {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::AuditFiles;

constexpr ContextKey<std::string> kTenant;

TEST(LoopAudit, EveryOperationIsARecord) {
  const AuditFiles files;
  {
    const auto log = files.open();
    LoopAudit audit(*log, {.actor = "nobody", .actor_of = [](const Context& owner) {
                             const std::string* const tenant = owner.find(kTenant);
                             return tenant == nullptr ? std::string() : *tenant;
                           }});
    const Context owner = Context()
                              .with(kTenant, "shop")
                              .with(kSpanKey, {.trace = {1, 2}, .span = {3}, .flags = 1, .state = {}})
                              .with(kCorrelationIdKey, {4, 5});
    const TimerHook::Timer timer{
        .source = TimerHook::Source::loop, .id = 7, .delay = 1500us, .repeats = true, .owner = owner, .due = Instant(2s)};
    audit.created(timer);
    audit.fired(timer);
    audit.refreshed(timer);
    audit.cancelled(timer, TimerHook::Cancelled::by_closing);
    const Context none;
    audit.rejected({.source = TimerHook::Source::javascript, .id = 0, .delay = 1s, .repeats = false, .owner = none},
                   TimerHook::Rejected::limit);
  }
  std::vector<json> records;
  for (const std::string& line : files.lines()) records.push_back(json::parse(line));
  ASSERT_EQ(records.size(), 7U);
  const char* const kinds[] = {"timer.created", "timer.fired", "timer.refreshed", "timer.cancelled", "timer.rejected"};
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(records[i + 1]["kind"], kinds[i]);
  EXPECT_EQ(records[1]["actor"], "shop");
  EXPECT_EQ(records[1]["id"], "loop:7");
  EXPECT_EQ(records[1]["fields"]["delay_ms"], 1.5);
  EXPECT_EQ(records[1]["fields"]["repeats"], true);
  EXPECT_EQ(records[1]["fields"]["due_ns"], 2'000'000'000);
  EXPECT_EQ(records[1]["fields"]["trace"], "00000000000000010000000000000002");
  EXPECT_EQ(records[1]["fields"]["span"], "0000000000000003");
  EXPECT_EQ(records[1]["fields"]["correlation_id"], "00000000-0000-0004-0000-000000000005");
  EXPECT_EQ(records[4]["fields"]["how"], "by_closing");
  EXPECT_EQ(records[5]["actor"], "nobody");
  EXPECT_FALSE(records[5].contains("id"));
  EXPECT_EQ(records[5]["fields"]["why"], "limit");
  EXPECT_FALSE(records[5]["fields"].contains("due_ns"));
}

}  // namespace
}  // namespace millrace::observe
