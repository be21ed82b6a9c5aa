#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <stdexcept>
#include <thread>

#include <millrace/observe/exporter.h>
#include <millrace/observe/metrics_registry.h>

namespace millrace::observe {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr PeriodicExporterOptions kOnlyWhenAsked{.interval = hours{1}, .export_at_close = false};

struct Program {
  MetricsHub hub;
  MetricsRegistry registry;
  MetricsHub::Registration registration = hub.add(registry).value();
  Counter work = registry.counter({.name = "work"}).value();
};

std::int64_t work_in(const MetricSnapshot& snapshot) { return std::get<std::int64_t>(snapshot.find("work", {})->value); }

TEST(PeriodicExporter, GivesSnapshotsToAFunction) {
  Program program;
  std::atomic<std::int64_t> told{-1};
  PeriodicExporter exporter(program.hub, std::make_shared<CallbackExporter>([&](const MetricSnapshot& s) { told = work_in(s); }),
                            kOnlyWhenAsked);
  program.work.add(3);
  ASSERT_TRUE(exporter.flush(seconds{20}));
  EXPECT_EQ(told, 3);
  program.work.add(4);
  ASSERT_TRUE(exporter.flush(seconds{20}));
  EXPECT_EQ(told, 7);
  EXPECT_EQ(exporter.figures().exports, 2U);
}

TEST(PeriodicExporter, ExportsEveryIntervalOnItsOwnThread) {
  Program program;
  std::promise<std::thread::id> third;
  int calls = 0;
  PeriodicExporter exporter(program.hub, std::make_shared<CallbackExporter>([&](const MetricSnapshot&) {
                              if (++calls == 3) third.set_value(std::this_thread::get_id());
                            }),
                            {.interval = milliseconds{2}});
  auto thread = third.get_future();
  ASSERT_EQ(thread.wait_for(seconds{20}), std::future_status::ready);
  EXPECT_NE(thread.get(), std::this_thread::get_id());
  EXPECT_TRUE(exporter.close());
  EXPECT_GE(exporter.figures().exports, 3U);
}

TEST(PeriodicExporter, ContainsFailuresAndGoesOn) {
  Program program;
  int calls = 0;
  PeriodicExporter exporter(program.hub, std::make_shared<CallbackExporter>([&](const MetricSnapshot&) {
                              if (++calls == 1) throw std::runtime_error("disk full");
                              if (calls == 2) throw 7;
                            }),
                            kOnlyWhenAsked);
  const Result<void> first = exporter.flush(seconds{20});
  ASSERT_FALSE(first);
  EXPECT_NE(first.error().message().find("disk full"), std::string::npos) << first.error().to_string();
  EXPECT_FALSE(exporter.flush(seconds{20}));
  EXPECT_TRUE(exporter.flush(seconds{20}));
  const ExportFigures figures = exporter.figures();
  EXPECT_EQ(figures.failures, 2U);
  EXPECT_EQ(figures.exports, 1U);
  ASSERT_TRUE(figures.last_error.has_value());
  EXPECT_EQ(figures.last_error->code(), make_error_code(Errc::uncaught_exception));
}

TEST(PeriodicExporter, AnEmptyFunctionIsAnError) {
  CallbackExporter exporter({});
  EXPECT_EQ(exporter.export_metrics({}).error().code(), make_error_code(Errc::invalid_argument));
}

TEST(PeriodicExporter, TellsTheLastOfItWhenClosed) {
  Program program;
  std::int64_t told = 0;
  PeriodicExporter exporter(program.hub, std::make_shared<CallbackExporter>([&](const MetricSnapshot& s) { told = work_in(s); }),
                            {.interval = hours{1}});
  program.work.add(9);
  EXPECT_TRUE(exporter.close());
  EXPECT_EQ(told, 9);
  EXPECT_TRUE(exporter.close());
  EXPECT_EQ(exporter.figures().exports, 1U);
  EXPECT_EQ(exporter.flush(seconds{1}).error().code(), make_error_code(Errc::closed));
}

TEST(PeriodicExporter, DoesNotWaitForeverForAnExportThatHangs) {
  std::promise<void> entered, release;
  auto ended = std::make_shared<std::promise<void>>();
  std::future<void> end = ended->get_future();
  {
    Program program;
    PeriodicExporter exporter(
        program.hub,
        std::make_shared<CallbackExporter>([&entered, gate = release.get_future().share(), ended](const MetricSnapshot&) {
          entered.set_value();
          gate.wait();
          ended->set_value();
        }),
        {.interval = hours{1}, .close_limit = milliseconds{20}, .export_at_close = false});
    EXPECT_EQ(exporter.flush(milliseconds{20}).error().code(), make_error_code(Errc::timed_out));
    entered.get_future().wait();
    EXPECT_EQ(exporter.close().error().code(), make_error_code(Errc::timed_out));
  }
  release.set_value();  // hub, registry and exporter are gone; the export ends by itself
  EXPECT_EQ(end.wait_for(seconds{20}), std::future_status::ready);
}

TEST(PeriodicExporter, MayBeClosedAndFlushedByItsOwnExport) {
  Program program;
  std::atomic<PeriodicExporter*> self{nullptr};
  std::promise<std::error_code> refused;
  PeriodicExporter exporter(program.hub, std::make_shared<CallbackExporter>([&](const MetricSnapshot&) {
                              if (PeriodicExporter* exporter_now = self.exchange(nullptr)) {
                                refused.set_value(exporter_now->flush(seconds{1}).error().code());
                                (void)exporter_now->close();
                              }
                            }),
                            kOnlyWhenAsked);
  self = &exporter;
  (void)exporter.flush(seconds{20});
  EXPECT_EQ(refused.get_future().get(), make_error_code(Errc::would_block_forever));
  EXPECT_TRUE(exporter.close());
}

TEST(PeriodicExporter, CountsWhatItHadToSkip) {
  Program program;
  std::promise<void> done;
  int calls = 0;
  PeriodicExporter exporter(program.hub, std::make_shared<CallbackExporter>([&](const MetricSnapshot&) {
                              if (++calls == 1) std::this_thread::sleep_for(milliseconds{30});
                              if (calls == 2) done.set_value();
                            }),
                            {.interval = milliseconds{2}, .export_at_close = false});
  done.get_future().wait();
  (void)exporter.close();
  EXPECT_GE(exporter.figures().skipped, 10U);
}

TEST(PeriodicExporter, ManyMayFlushAndCloseAtOnce) {
  for (int round = 0; round < 50; ++round) {
    Program program;
    std::atomic<int> calls{0};
    PeriodicExporter exporter(program.hub, std::make_shared<CallbackExporter>([&](const MetricSnapshot&) { ++calls; }),
                              {.interval = milliseconds{1}});
    {
      std::vector<std::jthread> all;
      for (int i = 0; i < 3; ++i)
        all.emplace_back([&exporter] {
          const Result<void> flushed = exporter.flush(seconds{20});
          EXPECT_TRUE(flushed || flushed.error().code() == make_error_code(Errc::closed));
        });
      for (int i = 0; i < 2; ++i) all.emplace_back([&exporter] { EXPECT_TRUE(exporter.close()); });
    }
    EXPECT_EQ(exporter.figures().exports, static_cast<std::uint64_t>(calls));
  }
}

}  // namespace
}  // namespace millrace::observe
