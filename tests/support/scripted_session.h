// A database that answers what the test wrote down, whatever it is asked.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "subset/session.h"

namespace millrace::testing {

/// What one query gets: these rows, at most `piece` with each call, and then the end, or an error.
struct ScriptedAnswer {
  subset::Page rows{};
  std::size_t piece = 1'000;
  std::optional<Error> error{};
};

/// Takes queries only. Answers are used up in order; who asks more often than there are answers gets Errc::closed.
class ScriptedSession final : public subset::Session {
 public:
  struct Asked {
    std::string sql;
    std::optional<subset::Page> keys{};
  };
  explicit ScriptedSession(Loop& loop) : loop_(loop) {}

  std::deque<ScriptedAnswer> answers{};
  std::vector<Asked> asked{};

  [[nodiscard]] Loop& loop() const noexcept override { return loop_; }
  [[nodiscard]] subset::Dialect dialect() const noexcept override { return subset::Dialect::sqlite; }
  [[nodiscard]] const std::string& name() const noexcept override { return name_; }
  [[nodiscard]] std::unique_ptr<subset::Rows> query(subset::Query query) override {
    asked.push_back({.sql = query.sql, .keys = query.keys == nullptr ? std::nullopt : std::optional(*query.keys)});
    ScriptedAnswer answer{.error = Error(Errc::closed, "nothing more is written down")};
    if (!answers.empty()) {
      answer = std::move(answers.front());
      answers.pop_front();
    }
    return std::make_unique<Answering>(loop_, std::move(answer));
  }

  [[nodiscard]] Promise<subset::Schema> read_schema() override { return refused<subset::Schema>(); }
  [[nodiscard]] Promise<void> begin_snapshot(std::optional<std::string>) override { return refused<void>(); }
  [[nodiscard]] Promise<std::optional<std::string>> export_snapshot() override { return refused<std::optional<std::string>>(); }
  [[nodiscard]] Promise<void> begin() override { return refused<void>(); }
  [[nodiscard]] Promise<void> commit() override { return refused<void>(); }
  [[nodiscard]] Promise<void> rollback() override { return refused<void>(); }
  [[nodiscard]] Promise<std::uint64_t> execute(std::string) override { return refused<std::uint64_t>(); }
  [[nodiscard]] Promise<void> begin_insert(subset::Insertion) override { return refused<void>(); }
  [[nodiscard]] Promise<void> insert(const subset::Page&) override { return refused<void>(); }
  [[nodiscard]] Promise<std::uint64_t> finish_insert() override { return refused<std::uint64_t>(); }
  [[nodiscard]] Promise<std::int64_t> reserve_ids(const subset::TableName&, const subset::Column&, std::uint64_t) override {
    return refused<std::int64_t>();
  }
  [[nodiscard]] Promise<void> advance_ids(const subset::TableName&, const subset::Column&) override { return refused<void>(); }
  void cancel() noexcept override {}

 private:
  class Answering final : public subset::Rows {
   public:
    Answering(Loop& loop, ScriptedAnswer answer) : loop_(loop), answer_(std::move(answer)) {}
    [[nodiscard]] Promise<bool> next(subset::Page& page, std::size_t rows_max, std::size_t bytes_max) override {
      if (page.empty()) page.reset(answer_.rows.columns());
      for (std::size_t given = 0; given < answer_.piece && at_ < answer_.rows.rows(); ++given) {
        if (page.rows() >= rows_max || page.bytes() >= bytes_max) break;
        page.add_row_of(answer_.rows, at_++);
      }
      const bool more = at_ < answer_.rows.rows();
      if (!more && answer_.error) return Promise<bool>::rejected(loop_, *answer_.error);
      return Promise<bool>::resolved(loop_, more);
    }

   private:
    Loop& loop_;
    ScriptedAnswer answer_;
    std::size_t at_ = 0;
  };
  template <typename T>
  [[nodiscard]] Promise<T> refused() const {
    return Promise<T>::rejected(loop_, Error(Errc::unsupported, "it takes queries only"));
  }

  Loop& loop_;
  std::string name_ = "scripted";
};

}  // namespace millrace::testing
