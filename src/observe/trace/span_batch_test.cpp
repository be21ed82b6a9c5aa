#include <millrace/observe/span_batch.h>

#include <gtest/gtest.h>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace millrace::observe {
namespace {

using namespace std::chrono_literals;
constexpr Duration kPatience = 30s;  // what a test waits for at most; none does when all is well

/// Notes what it is given and answers as told.
class ScriptedExporter final : public SpanExporter {
 public:
  using Answer = std::function<Result<ExportOutcome>(std::size_t spans)>;
  explicit ScriptedExporter(Answer answer = [](std::size_t) { return ExportOutcome{}; }) : answer_(std::move(answer)) {}

  Result<ExportOutcome> export_spans(std::span<const std::unique_ptr<SpanData>> spans, Duration /*time_limit*/) override {
    std::unique_lock lock(mutex_);
    batches_.push_back(spans.size());
    for (const auto& span : spans) names_.push_back(span->name);
    changed_.notify_all();
    changed_.wait(lock, [this] { return !held_ || cancelled_; });
    if (cancelled_) return fail(Errc::aborted, "cancelled");
    lock.unlock();
    return answer_(spans.size());
  }
  void cancel() noexcept override {
    const std::scoped_lock lock(mutex_);
    cancelled_ = true;
    changed_.notify_all();
  }
  /// From now on exports do not return; or do again.
  void hold(bool held) {
    const std::scoped_lock lock(mutex_);
    held_ = held;
    changed_.notify_all();
  }
  bool await_exports(std::size_t exports) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [this, exports] { return batches_.size() >= exports; });
  }
  std::vector<std::size_t> batches() {
    const std::scoped_lock lock(mutex_);
    return batches_;
  }
  std::vector<std::string> names() {
    const std::scoped_lock lock(mutex_);
    return names_;
  }

 private:
  Answer answer_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::size_t> batches_;
  std::vector<std::string> names_;
  bool held_ = false;
  bool cancelled_ = false;
};

std::unique_ptr<SpanData> named(std::string name) {
  auto span = std::make_unique<SpanData>();
  span->name = std::move(name);
  return span;
}
void end(SpanBatch& batch, int spans) {
  for (int i = 0; i < spans; ++i) batch.ended(named(std::to_string(i)));
}
void expect_conserved(const SpanBatchFigures& f) { EXPECT_EQ(f.accepted, f.exported + f.rejected + f.failed); }

TEST(SpanBatch, ExportsAFullBatchAtOnceAndTheRestWhenAsked) {
  ScriptedExporter exporter;
  SpanBatch batch(exporter, {.batch_max = 4, .interval = 1h});
  end(batch, 4);
  ASSERT_TRUE(exporter.await_exports(1));
  end(batch, 3);
  EXPECT_TRUE(batch.flush(kPatience));
  EXPECT_EQ(exporter.batches(), (std::vector<std::size_t>{4, 3}));
  EXPECT_EQ(batch.figures().exported, 7u);
  expect_conserved(batch.figures());
}

TEST(SpanBatch, ExportsAfterItsInterval) {
  ScriptedExporter exporter;
  SpanBatch batch(exporter, {.batch_max = 1000, .interval = 1ms});
  end(batch, 1);
  EXPECT_TRUE(exporter.await_exports(1));
}

TEST(SpanBatch, SplitsWhatIsMoreThanABatchAndKeepsOrder) {
  ScriptedExporter exporter;
  SpanBatch batch(exporter, {.batch_max = 4, .interval = 1h});
  exporter.hold(true);
  end(batch, 4);
  ASSERT_TRUE(exporter.await_exports(1));
  for (int i = 4; i < 14; ++i) batch.ended(named(std::to_string(i)));
  exporter.hold(false);
  EXPECT_TRUE(batch.flush(kPatience));
  EXPECT_EQ(exporter.batches(), (std::vector<std::size_t>{4, 4, 4, 2}));
  const auto names = exporter.names();
  for (std::size_t i = 0; i < names.size(); ++i) EXPECT_EQ(names[i], std::to_string(i));
}

TEST(SpanBatch, DropsAndCountsWhenTheExporterIsTooSlow) {
  ScriptedExporter exporter;
  SpanBatch batch(exporter, {.queue_max = 8, .batch_max = 2, .interval = 1h});
  exporter.hold(true);
  end(batch, 2);
  ASSERT_TRUE(exporter.await_exports(1));  // two are out of the queue, which has room for eight
  end(batch, 11);
  EXPECT_EQ(batch.figures().dropped_full, 3u);
  EXPECT_EQ(batch.figures().accepted, 10u);
  exporter.hold(false);
  EXPECT_TRUE(batch.flush(kPatience));
  EXPECT_EQ(batch.figures().exported, 10u);
}

TEST(SpanBatch, AFullQueueIsExportedThoughTheBatchIsLarger) {
  ScriptedExporter exporter;
  SpanBatch batch(exporter, {.queue_max = 4, .batch_max = 1000, .interval = 1h});
  end(batch, 4);
  EXPECT_TRUE(exporter.await_exports(1));
}

TEST(SpanBatch, CountsWhatDidNotArriveAndKeepsWhy) {
  int exports = 0;
  ScriptedExporter exporter([&exports](std::size_t spans) -> Result<ExportOutcome> {
    switch (exports++) {
      case 0: return fail(Errc::timed_out, "no answer");
      case 1: throw std::runtime_error("broken exporter");
      case 2: return ExportOutcome{.rejected = 1, .failed = 2};
      case 3: return ExportOutcome{.rejected = 1'000, .failed = 0};
      default: return ExportOutcome{.rejected = 0, .failed = spans - 4};
    }
  });
  SpanBatch batch(exporter, {.batch_max = 4, .interval = 1h});
  EXPECT_FALSE(batch.last_error());
  end(batch, 4);
  ASSERT_TRUE(batch.flush(kPatience));
  EXPECT_EQ(batch.figures().failed, 4u);
  EXPECT_EQ(batch.last_error()->code(), Errc::timed_out);
  end(batch, 4);
  ASSERT_TRUE(batch.flush(kPatience));
  EXPECT_EQ(batch.figures().failed, 8u);
  EXPECT_EQ(batch.last_error()->code(), Errc::uncaught_exception);
  for (int i = 0; i < 3; ++i) {
    end(batch, 4);
    ASSERT_TRUE(batch.flush(kPatience));
  }
  const SpanBatchFigures figures = batch.figures();
  EXPECT_EQ(figures.exported, 1u + 0u + 4u);
  EXPECT_EQ(figures.rejected, 1u + 4u);
  EXPECT_EQ(figures.failed, 8u + 2u);
  EXPECT_EQ(figures.exports, 5u);
  EXPECT_EQ(figures.exports_failed, 2u);
  expect_conserved(figures);
}

TEST(SpanBatch, FlushGivesUpInTimeAndTheExportGoesOn) {
  ScriptedExporter exporter;
  SpanBatch batch(exporter, {.interval = 1h});
  EXPECT_TRUE(batch.flush(0ms));  // nothing to wait for
  exporter.hold(true);
  end(batch, 1);
  const auto flushed = batch.flush(5ms);
  ASSERT_FALSE(flushed);
  EXPECT_EQ(flushed.error().code(), Errc::timed_out);
  exporter.hold(false);
  EXPECT_TRUE(batch.flush(kPatience));
  EXPECT_EQ(batch.figures().exported, 1u);
}

TEST(SpanBatch, ShutdownExportsWhatWaitsAndTakesNoMore) {
  ScriptedExporter exporter;
  SpanBatch batch(exporter, {.batch_max = 4, .interval = 1h});
  end(batch, 6);
  EXPECT_TRUE(batch.shutdown(kPatience));
  EXPECT_TRUE(batch.shutdown(kPatience));
  end(batch, 2);
  EXPECT_EQ(batch.figures().exported, 6u);
  EXPECT_EQ(batch.figures().dropped_closed, 2u);
  EXPECT_TRUE(batch.flush(0ms));
  expect_conserved(batch.figures());
}

TEST(SpanBatch, ShutdownOutOfTimeCancelsTheExporterAndCountsTheRest) {
  ScriptedExporter exporter;
  SpanBatch batch(exporter, {.batch_max = 4, .interval = 1h});
  exporter.hold(true);
  end(batch, 10);
  const auto shut = batch.shutdown(5ms);
  ASSERT_FALSE(shut);
  EXPECT_EQ(shut.error().code(), Errc::timed_out);
  EXPECT_EQ(batch.figures().failed, 10u);
  expect_conserved(batch.figures());
}

TEST(SpanBatch, ItsDestructorExportsWhatWaits) {
  ScriptedExporter exporter;
  {
    SpanBatch batch(exporter, {.interval = 1h});
    end(batch, 3);
  }
  EXPECT_EQ(exporter.names().size(), 3u);
}

TEST(SpanBatch, ConservesSpansOfManyThreadsWithFlushesAndAShutdownAmongThem) {
  ScriptedExporter exporter;
  SpanBatch batch(exporter, {.queue_max = 64, .batch_max = 16, .interval = 1ms});
  constexpr int kThreads = 4, kEach = 3'000;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) threads.emplace_back([&batch] { end(batch, kEach); });
    threads.emplace_back([&batch] {
      for (int i = 0; i < 20; ++i) (void)batch.flush(kPatience);
    });
    threads.emplace_back([&batch] { (void)batch.figures(); });
  }
  EXPECT_TRUE(batch.shutdown(kPatience));
  const SpanBatchFigures figures = batch.figures();
  EXPECT_EQ(figures.accepted + figures.dropped_full, std::uint64_t{kThreads} * kEach);
  EXPECT_EQ(figures.exported, figures.accepted);
  EXPECT_EQ(exporter.names().size(), figures.exported);
}

TEST(SpanBatch, AShutdownWhileSpansEndLosesNoCount) {
  for (int round = 0; round < 20; ++round) {
    ScriptedExporter exporter;
    SpanBatch batch(exporter, {.queue_max = 1024, .batch_max = 16, .interval = 1h});
    std::jthread other([&batch] { end(batch, 300); });
    (void)batch.shutdown(kPatience);
    other.join();
    const SpanBatchFigures figures = batch.figures();
    EXPECT_EQ(figures.accepted + figures.dropped_full + figures.dropped_closed, 300u);
    EXPECT_LE(figures.exported, figures.accepted);  // what ended during the shutdown may have come too late
  }
}

}  // namespace
}  // namespace millrace::observe
