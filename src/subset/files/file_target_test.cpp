// The target as a copy uses it: what is in the files, what the ledger brings back, what is refused.
#include "subset/files/file_target.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <nlohmann/json.hpp>

#include "subset/files/files_for_test.h"
#include "support/temporary_folder.h"

namespace millrace::subset {
namespace {

using namespace files_for_test;
using testing::TemporaryFolder;

struct Place {
  TemporaryFolder folder;
  Loop loop{};
  [[nodiscard]] FileOptions options(FileKind kind, FileCalls* calls = nullptr) const {
    return small_options(kind, folder.path, calls);
  }
  [[nodiscard]] std::unique_ptr<Target> target(FileKind kind, FileCalls* calls = nullptr) {
    return make_file_target(loop, options(kind, calls)).value();
  }
  [[nodiscard]] std::filesystem::path files(FileKind kind) const { return small_place(kind, folder.path); }
  /// What prepare() says.
  [[nodiscard]] Error refusal(FileOptions options, std::string identity = "job 1") {
    const auto target = make_file_target(loop, std::move(options));
    if (!target) return target.error();
    std::vector<TargetTable> tables = small_tables();
    const auto done = run_until(loop, (*target)->prepare(std::move(identity), tables, {}));
    EXPECT_FALSE(done.has_value());
    return done ? Error(Errc::closed, "nothing was refused") : done.error();
  }
};

TEST(FileTarget, WritesAFileForEachTable) {
  Place place;
  const auto target = place.target(FileKind::csv);
  EXPECT_EQ(target->dialect(), std::nullopt);
  SmallCopy(place.loop, *target).run().value();
  const auto files = contents(place.files(FileKind::csv));
  ASSERT_EQ(files.size(), 3U);
  EXPECT_EQ(files.at("empty.csv"), "id\r\n");
  EXPECT_TRUE(files.at("customer.csv").starts_with("id,name,best\r\n1,\"\",\r\n2,\"name, \"\"1\"\"\r\n'x'\",\r\n"));
  EXPECT_TRUE(files.at("ord.csv").starts_with("id,total,photo\r\n0,0,\\x\r\n1,0.1,\\x00\r\n"));
}

TEST(FileTarget, WritesAScriptWithWhatTheCallerWantsAround) {
  Place place;
  const auto target = place.target(FileKind::sql);
  EXPECT_EQ(target->dialect(), Dialect::sqlite);
  SmallCopy(place.loop, *target).run().value();
  const std::string script = read_all(place.folder.path / "out.sql");
  EXPECT_TRUE(script.starts_with("-- Rows that Millrace copied"));
  EXPECT_NE(script.find("BEGIN;\nCREATE TABLE customer"), std::string::npos);
  EXPECT_NE(script.find("UPDATE \"customer\" SET \"best\" = 2 WHERE \"id\" = 1;\n"), std::string::npos);
  EXPECT_TRUE(script.ends_with("CREATE INDEX ord_total ON ord (total);\nCOMMIT;\n"));
}

TEST(FileTarget, IsTheOwnersAlone) {
  Place place;
  SmallCopy(place.loop, *place.target(FileKind::csv)).run().value();
  using std::filesystem::perms;
  EXPECT_EQ(status(place.folder.path / "out").permissions(), perms::owner_all);
  EXPECT_EQ(status(place.folder.path / "out/ord.csv").permissions(), perms::owner_read | perms::owner_write);
}

TEST(FileTarget, RunsAgainWithoutChangingAnything) {
  for (const FileKind kind : kFileKinds) {
    Place place;
    SmallCopy(place.loop, *place.target(kind)).run().value();
    const auto files = contents(place.files(kind));
    const auto target = place.target(kind);
    SmallCopy second(place.loop, *target);
    second.run().value();
    EXPECT_EQ(second.copied, 0U);
    ASSERT_EQ(second.entries.size(), 6U);
    EXPECT_EQ(second.entries[1].id_base, 15);
    EXPECT_EQ(second.entries[1].keys, std::string("\0\xff\n", 3) + "1");
    EXPECT_TRUE(second.entries[5].last);
    EXPECT_EQ(contents(place.files(kind)), files);
    run_until(place.loop, target->finish()).value();
    EXPECT_EQ(contents(place.files(kind)), files);
    EXPECT_FALSE(run_until(place.loop, target->begin({0}, false)).has_value());
  }
}

TEST(FileTarget, TakesBackWhatIsNotCommittedAtOnce) {
  for (const FileKind kind : kFileKinds) {
    for (const bool by_rollback : {true, false}) {
      Place place;
      auto target = place.target(kind);
      std::vector<TargetTable> tables = small_tables();
      run_until(place.loop, target->prepare("job 1", tables, {})).value();
      EXPECT_TRUE(run_until(place.loop, target->entries())->empty());
      EXPECT_EQ(run_until(place.loop, target->reserve_ids(0, 0, 5)).value(), 1);
      run_until(place.loop, target->begin({0}, true)).value();
      run_until(place.loop, target->begin_table(0)).value();
      Page page(3);
      page.set(page.add_row(), 0, std::int64_t{1});
      run_until(place.loop, target->write(page)).value();
      if (by_rollback) {
        run_until(place.loop, target->rollback()).value();
        EXPECT_EQ(run_until(place.loop, target->reserve_ids(0, 0, 5)).value(), 1);
      } else {
        target.reset();
      }
      for (const auto& [name, text] : contents(place.files(kind))) EXPECT_EQ(text, "") << name;
      if (!by_rollback) continue;
      // It goes on as if nothing had been.
      run_until(place.loop, target->begin({0}, false)).value();
      run_until(place.loop, target->begin_table(0)).value();
      run_until(place.loop, target->write(page)).value();
      EXPECT_EQ(run_until(place.loop, target->end_table()).value(), 1U);
      run_until(place.loop, target->note({.table = "customer"})).value();
      run_until(place.loop, target->commit()).value();
      EXPECT_FALSE(contents(place.files(kind)).begin()->second.empty());
    }
  }
}

TEST(FileTarget, PatchesScriptsOnly) {
  Place place;
  const auto target = place.target(FileKind::json_lines);
  std::vector<TargetTable> tables = small_tables();
  run_until(place.loop, target->prepare("job 1", tables, {})).value();
  run_until(place.loop, target->entries()).value();
  run_until(place.loop, target->begin({0}, false)).value();
  Page page(2);
  const auto done = run_until(place.loop, target->patch(0, {0}, {2}, page));
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code(), make_error_code(Errc::unsupported));
  EXPECT_EQ(run_until(place.loop, target->dangling({{.child = 0, .columns = {2}, .parent = 0, .parent_columns = {0}}})).value(),
            std::vector<std::uint64_t>{0});
}

TEST(FileTarget, OverwritesNothing) {
  for (const FileKind kind : kFileKinds) {
    Place place;
    std::filesystem::create_directory(place.folder.path / "out");
    write_all_of(place.files(kind) / (kind == FileKind::sql ? "out.sql" : "readme"), "mine");
    const auto before = contents(place.files(kind));
    const Error error = place.refusal(place.options(kind));
    EXPECT_NE(error.message().find("nothing is overwritten"), std::string::npos) << error.to_string();
    EXPECT_EQ(contents(place.files(kind)), before);
    EXPECT_FALSE(std::filesystem::exists(place.files(kind) / ".millrace-ledger"));
    EXPECT_FALSE(std::filesystem::exists(place.files(kind) / "out.sql.millrace-ledger"));
  }
  Place empty;
  std::filesystem::create_directory(empty.folder.path / "out");
  SmallCopy(empty.loop, *empty.target(FileKind::csv)).run().value();
  write_all_of(empty.folder.path / "out.sql", "");
  SmallCopy(empty.loop, *empty.target(FileKind::sql)).run().value();
}

TEST(FileTarget, RefusesPathsOfTheWrongKindByName) {
  Place place;
  write_all_of(place.folder.path / "out", "a file");
  std::filesystem::create_directory(place.folder.path / "out.sql");
  for (const FileKind kind : kFileKinds) {
    const Error error = place.refusal(place.options(kind));
    EXPECT_EQ(error.code(), make_error_code(Errc::invalid_argument)) << error.to_string();
    EXPECT_EQ(error.context("path"), place.options(kind).path);
  }
  FileOptions nowhere = place.options(FileKind::csv);
  nowhere.path = (place.folder.path / "no/where").string();
  EXPECT_TRUE(place.refusal(nowhere).matches(std::error_condition(std::errc::no_such_file_or_directory)));
  nowhere.path = "";
  EXPECT_EQ(place.refusal(nowhere).code(), make_error_code(Errc::invalid_argument));
  nowhere = place.options(FileKind::sql);
  nowhere.statements = {};
  EXPECT_EQ(place.refusal(nowhere).code(), make_error_code(Errc::invalid_argument));
}

TEST(FileTarget, RefusesALedgerThatIsNotItsOwn) {
  Place place;
  SmallCopy(place.loop, *place.target(FileKind::csv)).run().value();
  const std::filesystem::path ledger = place.folder.path / "out/.millrace-ledger";
  const std::string good = read_all(ledger);
  const auto files = contents(place.folder.path / "out");
  const auto refused_for = [&place](const FileOptions& options, std::string_view why, std::string identity = "job 1") {
    const Error error = place.refusal(options, std::move(identity));
    EXPECT_NE(error.message().find(why), std::string::npos) << error.to_string();
    EXPECT_FALSE(error.context("path").empty());
  };
  refused_for(place.options(FileKind::csv), "another job", "job 2");
  FileOptions other = place.options(FileKind::json_lines);
  refused_for(other, "another job");
  write_all_of(ledger, R"({"millrace_ledger":2,"anything":1})"
                       "\n");
  refused_for(place.options(FileKind::csv), "newer");
  write_all_of(ledger, "my notes\n");
  refused_for(place.options(FileKind::csv), "no ledger");
  write_all_of(ledger, "");
  refused_for(place.options(FileKind::csv), "no ledger");
  std::string changed = good;
  changed[changed.find("\"rows\":14")] = '\'';
  write_all_of(ledger, changed);
  refused_for(place.options(FileKind::csv), "changed");
  const std::size_t second = good.find('\n') + 1, third = good.find('\n', second) + 1;
  write_all_of(ledger, good.substr(0, second) + good.substr(third));
  refused_for(place.options(FileKind::csv), "missing");
  EXPECT_EQ(contents(place.folder.path / "out"), files);
  write_all_of(ledger, good);
  SmallCopy(place.loop, *place.target(FileKind::csv)).run().value();
}

TEST(FileTarget, RefusesFilesThatShrankOrWent) {
  Place place;
  SmallCopy(place.loop, *place.target(FileKind::csv)).run().value();
  const std::filesystem::path file = place.folder.path / "out/ord.csv";
  std::filesystem::resize_file(file, 10);
  EXPECT_EQ(SmallCopy(place.loop, *place.target(FileKind::csv)).run().error().context("path"), file.string());
  std::filesystem::remove(file);
  EXPECT_EQ(SmallCopy(place.loop, *place.target(FileKind::csv)).run().error().context("path"), file.string());
}

TEST(FileTarget, HasOneWriter) {
  Place place;
  const auto target = place.target(FileKind::csv);
  std::vector<TargetTable> tables = small_tables();
  run_until(place.loop, target->prepare("job 1", tables, {})).value();
  EXPECT_EQ(place.refusal(place.options(FileKind::csv)).code(), make_error_code(Errc::full));
}

/// Answers the n-th write with an error, and those behind it.
class FullDisk final : public FileCalls {
 public:
  explicit FullDisk(int writes) : left_(writes) {}
  ssize_t write_at(int fd, std::string_view text, std::uint64_t offset) override {
    if (left_-- > 0) return FileCalls::write_at(fd, text, offset);
    if (left_ == -1 && text.size() > 1) return FileCalls::write_at(fd, text.substr(0, text.size() / 2), offset);
    errno = ENOSPC;
    return -1;
  }

 private:
  int left_;
};

TEST(FileTarget, TellsOfAFullDiskWithThePathAndGoesOnLater) {
  for (const FileKind kind : kFileKinds) {
    Place plain;
    SmallCopy(plain.loop, *plain.target(kind)).run().value();
    for (int writes = 0;; ++writes) {
      Place place;
      FullDisk disk(writes);
      {
        const auto target = place.target(kind, &disk);
        const auto done = SmallCopy(place.loop, *target).run();
        if (done) break;
        EXPECT_EQ(done.error().code(), std::error_code(ENOSPC, std::system_category())) << done.error().to_string();
        EXPECT_TRUE(done.error().context("path").starts_with(place.folder.path.string()));
        run_until(place.loop, target->rollback()).value();
      }
      SmallCopy(place.loop, *place.target(kind)).run().value();
      EXPECT_EQ(contents(place.files(kind)), contents(plain.files(kind))) << writes;
      ASSERT_LT(writes, 1000);
    }
  }
}

TEST(FileTarget, EndsSoonWhenCancelled) {
  Place place;
  const auto target = place.target(FileKind::csv);
  std::vector<TargetTable> tables = small_tables();
  run_until(place.loop, target->prepare("job 1", tables, {})).value();
  run_until(place.loop, target->entries()).value();
  target->cancel();
  const auto done = run_until(place.loop, target->begin({0}, false));
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code(), make_error_code(Errc::aborted));
  run_until(place.loop, target->rollback()).value();
}

TEST(FileTarget, HasMoreTablesThanOpenFiles) {
  Place place;
  const auto target = place.target(FileKind::json_lines);
  std::vector<TargetTable> tables;
  for (int i = 0; i < 150; ++i)
    tables.push_back(target_table({.name = "t" + std::to_string(i)}, {column("id", ColumnClass::integer)}));
  run_until(place.loop, target->prepare("job 1", tables, {})).value();
  run_until(place.loop, target->entries()).value();
  run_until(place.loop, target->begin({}, false)).value();
  for (std::size_t i = 0; i < tables.size(); ++i) {
    run_until(place.loop, target->begin_table(i)).value();
    Page page(1);
    page.set(page.add_row(), 0, static_cast<std::int64_t>(i));
    run_until(place.loop, target->write(page)).value();
    run_until(place.loop, target->end_table()).value();
  }
  run_until(place.loop, target->commit()).value();
  run_until(place.loop, target->finish()).value();
  const auto files = contents(place.files(FileKind::json_lines));
  ASSERT_EQ(files.size(), tables.size());
  for (int i = 0; i < 150; ++i) EXPECT_EQ(files.at("t" + std::to_string(i) + ".jsonl"), "{\"id\":" + std::to_string(i) + "}\n");
}

}  // namespace
}  // namespace millrace::subset
