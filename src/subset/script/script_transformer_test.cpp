// Transforms in JavaScript: both forms, values exactly, limits, and errors that say where.
#include "subset/script/script_transformer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <mutex>

#include <millrace/subset/masks.h>

#include "support/temporary_folder.h"

namespace millrace::subset {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr auto kSlack = 5s;  // a machine that has other things to do

/// A table `people` that `orders` refers to.
struct Script {
  Script() {
    schema.dialect = Dialect::postgres;
    Table people{.name = {.schema = "public", .name = "people"}, .columns = {}, .primary = UniqueKey{.columns = {0}}};
    const auto add = [&people](std::string name, std::string type, ColumnClass kind) {
      people.columns.push_back({.name = std::move(name), .type = std::move(type), .kind = kind});
    };
    add("id", "bigint", ColumnClass::integer);
    add("name", "text", ColumnClass::text);
    add("big", "bigint", ColumnClass::integer);
    add("amount", "numeric", ColumnClass::decimal);
    add("real", "double precision", ColumnClass::real);
    add("bytes", "bytea", ColumnClass::bytes);
    add("on", "boolean", ColumnClass::boolean);
    schema.tables.push_back(people);
    schema.tables.push_back({.name = {.schema = "public", .name = "orders"},
                             .columns = {{.name = "id", .type = "bigint", .kind = ColumnClass::integer},
                                         {.name = "person", .type = "bigint", .kind = ColumnClass::integer},
                                         {.name = "note", .type = "text", .kind = ColumnClass::text}},
                             .primary = UniqueKey{.columns = {0}}});
    schema.foreign_keys.push_back({.child = 1, .columns = {1}, .parent = 0, .parent_columns = {0}});
  }
  Result<std::unique_ptr<Transformer>> make(std::string_view module, ScriptOptions options = {.threads = 1}) {
    options.path = (folder.path / "masks.js").string();
    std::ofstream(options.path) << module;
    options.seed = "s";
    return make_script(loop, schema, std::move(options));
  }
  std::string refusal(std::string_view module) {
    const auto made = make(module, {.threads = 1, .batch_limit = 500ms});
    return made ? "none" : made.error().to_string();
  }
  /// A page of people with ids from 7 on and a name each.
  Page people(const Transformer& with, const std::vector<std::string>& names) {
    places = with.columns(schema.tables[0]);
    Page page(places.size());
    for (std::size_t i = 0; i < names.size(); ++i) {
      page.add_row();
      page.set(i, 0, static_cast<std::int64_t>(i) + 7);
      page.set_text(i, place("name"), names[i]);
    }
    return page;
  }
  [[nodiscard]] std::size_t place(std::string_view column, std::size_t table = 0) const {
    for (std::size_t i = 0; i < places.size(); ++i)
      if (schema.tables[table].columns[places[i]].name == column) return i;
    throw std::out_of_range(std::string(column));
  }
  Result<void> run(Transformer& with, Page& page, std::size_t table = 0) {
    return run_until(loop, with.transform(schema.tables[table], places, page), 60s);
  }
  /// The error of a module for one page of two people.
  Error failure(std::string_view module, ScriptOptions options = {.threads = 1}) {
    auto made = make(module, std::move(options));
    if (!made) return made.error();
    Page page = people(**made, {"a", "b"});
    const Result<void> done = run(**made, page);
    return done ? Error(Errc::not_found, "none") : done.error();
  }
  Loop loop;
  Schema schema;
  ColumnList places;
  testing::TemporaryFolder folder;
};

TEST(Script, RowsAreChangedInPlaceOrReturned) {
  Script script;
  for (const std::string_view module :
       {"export default { people: rows => { for (const row of rows) row.name = row.name.toUpperCase() + '!'; } }",
        "export default { people: rows => rows.map(row => ({ ...row, name: row.name.toUpperCase() + '!' })) }",
        "export default { 'public.people': { columns: ['name'], rows(rows) { rows.forEach(row => row.name = row.name.toUpperCase() "
        "+ '!') } } }",
        "export default { people: { columns: ['name'], row(row) { row.name = row.name.toUpperCase() + '!' } } }",
        "export default { people: { columns: ['name'], transform({ columns: { name } }) { for (let i = 0; i < name.length; ++i) "
        "name[i] = "
        "name[i].toUpperCase() + '!' } } }",
        "export default { people: { columns: ['name'], transform({ columns }) { columns.name = columns.name.map(name => "
        "name.toUpperCase() + '!') } } }",
        "export default { people: async rows => { for (const row of rows) { await null; row.name = row.name.toUpperCase() + '!'; } "
        "} }",
        "export default { people: { async row(row) { await null; row.name = row.name.toUpperCase() + '!' } } }",
        "export default { people: { columns: ['name'], async transform({ columns: { name } }) { await new Promise(r => "
        "setTimeout(r, 1)); "
        "name.forEach((each, i) => { name[i] = each.toUpperCase() + '!' }) } } }"}) {
    SCOPED_TRACE(module);
    auto made = script.make(module);
    ASSERT_TRUE(made) << made.error().to_string();
    Page page = script.people(**made, {"joe", "zoë 東京 \xF0\x9F\x98\x80", ""});
    const Result<void> done = script.run(**made, page);
    ASSERT_TRUE(done) << done.error().to_string();
    ASSERT_EQ(page.rows(), 3U);
    EXPECT_EQ(page.at(0, script.place("name")).text, "JOE!");
    EXPECT_EQ(page.at(1, script.place("name")).text, "ZOË 東京 \xF0\x9F\x98\x80!");
    EXPECT_EQ(page.at(2, script.place("name")).text, "!");
    EXPECT_EQ(page.at(2, 0), Value::of(std::int64_t{9}));
  }
}

TEST(Script, OnlyDeclaredColumnsCross) {
  Script script;
  auto made = script.make(
      "export default { people: { columns: ['name', 'id'], rows(rows) { for (const row of rows) row.name = Object.keys(row).join() "
      "+ row.id } },"
      "orders: rows => { for (const row of rows) row.note = Object.keys(row).join() } }");
  ASSERT_TRUE(made) << made.error().to_string();
  EXPECT_EQ((*made)->columns(script.schema.tables[0]), (ColumnList{0, 1}));
  Page page = script.people(**made, {"a"});
  ASSERT_TRUE(script.run(**made, page));
  EXPECT_EQ(page.at(0, 1).text, "name,id7");
  script.places = (*made)->columns(script.schema.tables[1]);
  EXPECT_EQ(script.places, (ColumnList{0, 2}));
  Page orders(2);
  orders.add_row();
  orders.set_text(0, 1, "x");
  ASSERT_TRUE(script.run(**made, orders, 1));
  EXPECT_EQ(orders.at(0, 1).text, "note");
}

TEST(Script, ValuesCrossExactly) {
  Script script;
  auto made = script.make(R"(export default { people(rows) {
    const [row] = rows;
    row.name = [typeof row.big, row.big, typeof row.amount, row.amount, row.real, row.bytes instanceof Uint8Array, row.bytes.join(), row.on].map(String).join(' ');
    row.big += 1n; row.amount = '12345678901234567890.5'; row.real = -0.5; row.bytes[0] = 9; row.on = false;
    rows[1].big = 5; rows[1].amount = 2.25; rows[1].real = 3; rows[1].bytes = new Uint8Array([0, 255]); rows[1].on = null; rows[1].name = null;
    rows[2].big = -9223372036854775808n; rows[2].amount = 10n;
  } })");
  ASSERT_TRUE(made) << made.error().to_string();
  Page page = script.people(**made, {"", "", ""});
  page.set(0, script.place("big"), std::int64_t{9007199254740993});
  page.set_text(0, script.place("amount"), "1.50");
  page.set(0, script.place("real"), 0.1);
  page.set_bytes(0, script.place("bytes"), std::string_view("\x00\xFF\x01", 3));
  page.set(0, script.place("on"), std::int64_t{1});
  const Result<void> done = script.run(**made, page);
  ASSERT_TRUE(done) << done.error().to_string();
  const auto at = [&](std::size_t row, std::string_view column) { return page.at(row, script.place(column)); };
  EXPECT_EQ(at(0, "name").text, "bigint 9007199254740993 string 1.50 0.1 true 0,255,1 true");
  EXPECT_EQ(at(0, "big"), Value::of(std::int64_t{9007199254740994}));
  EXPECT_EQ(at(0, "amount"), Value::of("12345678901234567890.5"));
  EXPECT_EQ(at(0, "real"), Value::of(-0.5));
  EXPECT_EQ(at(0, "bytes"), Value::of_bytes(std::string_view("\x09\xFF\x01", 3)));
  EXPECT_EQ(at(0, "on"), Value::of(std::int64_t{0}));
  EXPECT_EQ(at(1, "big"), Value::of(std::int64_t{5}));
  EXPECT_EQ(at(1, "amount"), Value::of("2.25"));
  EXPECT_EQ(at(1, "real"), Value::of(3.0));
  EXPECT_EQ(at(1, "bytes"), Value::of_bytes(std::string_view("\x00\xFF", 2)));
  EXPECT_TRUE(at(1, "on").is_null());
  EXPECT_TRUE(at(1, "name").is_null());
  EXPECT_EQ(at(2, "big"), Value::of(std::numeric_limits<std::int64_t>::min()));
  EXPECT_EQ(at(2, "amount"), Value::of("10"));
  EXPECT_TRUE(at(2, "bytes").is_null());
}

TEST(Script, WhatDoesNotFitIsAnErrorOfItsRow) {
  Script script;
  struct Case {
    std::string code, says, column;
  };
  for (const Case& c :
       {Case{"rows[1].name = undefined", "undefined: NULL is null", "name"},
        Case{"delete rows[1].name", "undefined: NULL is null", "name"}, Case{"rows[1].name = 5", "expected a string, got", "name"},
        Case{"rows[1].big = 1.5", "expected a whole number or a BigInt", "big"},
        Case{"rows[1].big = '7'", "expected a whole number or a BigInt", "big"},
        Case{"rows[1].bytes = 'x'", "expected a Uint8Array", "bytes"}, Case{"rows[1].real = 'x'", "expected a number", "real"},
        Case{"rows[1].name = new Date()", "expected a string", "name"},
        Case{"rows[1].big = 9007199254740993", "expected a whole number or a BigInt", "big"}}) {
    const Error error = script.failure("export default { people(rows) { " + c.code + " } }");
    EXPECT_THAT(error.message(), AllOf(HasSubstr("transform of public.people." + c.column + " failed: "), HasSubstr(c.says)))
        << c.code;
    EXPECT_EQ(error.context("column"), c.column);
    EXPECT_EQ(error.context("key"), "8");
  }
}

TEST(Script, WrongAnswersAreErrors) {
  Script script;
  struct Case {
    std::string entry, says;
  };
  for (const Case& c :
       {Case{"rows => rows.slice(1)", "it returned 1 rows for 2: rows are taken out by batch.drop(i)"},
        Case{"rows => 5", "neither an array of rows nor nothing"}, Case{"rows => [rows[0], null]", "returned null for a row"},
        Case{"rows => [undefined, rows[1]]", "returned undefined for a row"},
        Case{"{ columns: ['name'], transform({ columns }) { columns.name.pop() } }", "not an array of 2 values any more, but of 1"},
        Case{"{ columns: ['name'], transform({ columns }) { columns.name = 'x' } }", "not an array of 2 values"},
        Case{"{ columns: ['name', 'id'], rows(rows) { rows[1].id = 3 } }", "part of a key"},
        Case{"(rows, batch) => batch.drop(0)", "others refer to it"}}) {
    const Error error = script.failure("export default { people: " + c.entry + " }");
    EXPECT_THAT(error.message(), HasSubstr(c.says)) << c.entry;
    EXPECT_EQ(error.context("table"), "public.people");
  }
}

TEST(Script, RowsAreTakenOutWhereNothingRefersToThem) {
  Script script;
  auto made = script.make(
      "export default { orders: { columns: ['note'], transform(batch) { batch.columns.note.forEach((note, i) => { if (note === "
      "'x') "
      "batch.drop(i); else batch.columns.note[i] = note + '!' }) } } }");
  ASSERT_TRUE(made) << made.error().to_string();
  script.places = (*made)->columns(script.schema.tables[1]);
  Page page(2);
  for (const std::string_view note : {"a", "x", "b", "x"}) page.set_text(page.add_row(), 1, note);
  ASSERT_TRUE(script.run(**made, page, 1));
  ASSERT_EQ(page.rows(), 2U);
  EXPECT_EQ(page.at(0, 1).text, "a!");
  EXPECT_EQ(page.at(1, 1).text, "b!");
}

TEST(Script, WhatIsThrownSaysWhere) {
  Script script;
  const Error error = script.failure("export default { people(rows) {\n  for (const row of rows)\n    row.name.nothing();\n} }");
  EXPECT_EQ(error.code(), Errc::javascript_error);
  EXPECT_THAT(error.message(), AllOf(HasSubstr("transform of public.people failed: TypeError: "), HasSubstr(" at masks.js:3:")));
  const Error row =
      script.failure("export default { people: { row(row) { if (row.name === 'b') throw new RangeError('bad row') } } }");
  EXPECT_THAT(row.message(), AllOf(HasSubstr("RangeError: bad row"), HasSubstr("masks.js:1:")));
  EXPECT_EQ(row.context("key"), "8");
  const Error later = script.failure("export default { async people(rows) { await null; throw new Error('later') } }");
  EXPECT_THAT(later.message(), HasSubstr("transform of public.people failed: Error: later"));
  EXPECT_THAT(script.failure("export default { people() { throw 5 } }").message(), HasSubstr("failed: "));
}

TEST(Script, ModulesThatCannotBeUsed) {
  Script script;
  EXPECT_THAT(script.refusal("export default { people(rows) { let = ; } }"),
              AllOf(HasSubstr("masks.js cannot be used: "), HasSubstr("SyntaxError"), HasSubstr("masks.js:1")));
  EXPECT_THAT(script.refusal("export const people = 1"), HasSubstr("it has no default export"));
  EXPECT_THAT(script.refusal("export default rows => rows"), HasSubstr("its default export is no object"));
  EXPECT_THAT(script.refusal("export default { poeple: rows => rows }"),
              HasSubstr("there is no table 'poeple' (did you mean 'people'?)"));
  EXPECT_THAT(script.refusal("export default { people: { columns: ['nmae'], rows() {} } }"),
              HasSubstr("no column 'nmae' (did you mean 'name'?)"));
  EXPECT_THAT(script.refusal("export default { people: { transform() {} } }"), HasSubstr("needs columns"));
  EXPECT_THAT(script.refusal("export default { people: { rows() {}, row() {} } }"), HasSubstr("needs one function"));
  EXPECT_THAT(script.refusal("export default { people: { column: ['name'], rows() {} } }"),
              HasSubstr("member 'column', which means nothing"));
  EXPECT_THAT(script.refusal("export default { people: rows => rows, 'public.people': rows => rows }"), HasSubstr("two entries"));
  EXPECT_THAT(script.refusal("export default { a: rows => rows, b: rows => rows }"), HasSubstr("2 things are wrong"));
  EXPECT_THAT(script.refusal("throw new Error('at once')"), HasSubstr("Error: at once"));
  EXPECT_THAT(script.refusal("import fs from 'node:fs'; export default {}"), HasSubstr("imports nothing but"));
  EXPECT_THAT(script.refusal("import './other.js'; export default {}"), HasSubstr("imports nothing but 'millrace:masks'"));
  EXPECT_THAT(script.refusal("for (;;); export default {}"), HasSubstr("ended by the limit"));
  EXPECT_THAT(script.refusal("await new Promise(() => {}); export default {}"), HasSubstr("cannot be used"));
  const auto missing = make_script(script.loop, script.schema, {.path = (script.folder.path / "nothing.js").string()});
  EXPECT_THAT(missing.error().message(), HasSubstr("cannot be read"));
}

TEST(Script, TheSandboxHasNoWayOut) {
  Script script;
  auto made = script.make(
      "export default { people(rows) { rows[0].name = ['process', 'require', 'fetch', 'WebAssembly', 'SharedArrayBuffer', "
      "'XMLHttpRequest', 'WebSocket']"
      ".filter(name => globalThis[name] !== undefined).join(); try { rows[1].name = String(eval('1+1')) } catch (e) { rows[1].name "
      "= e.name } } }");
  ASSERT_TRUE(made) << made.error().to_string();
  Page page = script.people(**made, {"", ""});
  ASSERT_TRUE(script.run(**made, page));
  EXPECT_EQ(page.at(0, script.place("name")).text, "");
  EXPECT_EQ(page.at(1, script.place("name")).text, "EvalError");
}

TEST(Script, WhatNeverEndsIsEndedWithinItsLimit) {
  Script script;
  for (const std::string_view body : {"for (;;);", "try { for (;;); } finally { for (;;); }"}) {
    auto made = script.make("let calls = 0; export default { people(rows) { if (calls++ === 0) { " + std::string(body) +
                                " } rows[0].name = 'second' } }",
                            {.threads = 1, .batch_limit = 300ms});
    ASSERT_TRUE(made) << made.error().to_string();
    Page page = script.people(**made, {"a"});
    const auto began = std::chrono::steady_clock::now();
    const Result<void> done = script.run(**made, page);
    ASSERT_FALSE(done);
    EXPECT_LT(std::chrono::steady_clock::now() - began, 300ms + kSlack);
    EXPECT_EQ(done.error().code(), Errc::terminated);
    EXPECT_THAT(done.error().message(),
                AllOf(HasSubstr("transform of public.people failed: it was ended by the limit "), HasSubstr("_time (300 ms)")));
    EXPECT_EQ(page.at(0, script.place("name")).text, "a");
    EXPECT_TRUE(script.run(**made, page)) << "the next page is its own";
    EXPECT_EQ(page.at(0, script.place("name")).text, "second");
  }
  EXPECT_EQ(script.failure("export default { people: () => new Promise(() => {}) }", {.threads = 1, .batch_limit = 200ms}).code(),
            Errc::timed_out);
}

TEST(Script, AMemoryBombIsEnded) {
  Script script;
  const Error error =
      script.failure("export default { people() { const all = []; for (;;) all.push({ text: [1, 2, 3, all.length] }) } }",
                     {.threads = 1, .batch_limit = 30s, .memory = std::uint64_t{64} << 20});
  EXPECT_EQ(error.code(), Errc::terminated);
  EXPECT_THAT(error.message(), HasSubstr("ended by the limit heap"));
}

TEST(Script, ThreadsKeepPagesApart) {
  Script script;
  auto made = script.make(
      "let seen = 0; export default { people: { columns: ['name'], async transform({ columns: { name } }) { for (let i = 0; i < "
      "name.length; ++i) { "
      "name[i] += '-' + i; if (i % 100 === 0) await null } ++seen } } }",
      {.threads = 2});
  ASSERT_TRUE(made) << made.error().to_string();
  std::vector<Page> pages;
  for (int page = 0; page < 12; ++page) {
    std::vector<std::string> names;
    for (int i = 0; i < 500; ++i) names.push_back("p" + std::to_string(page) + "r" + std::to_string(i));
    pages.push_back(script.people(**made, names));
  }
  std::vector<Promise<void>> running;
  for (Page& page : pages) running.push_back((*made)->transform(script.schema.tables[0], script.places, page));
  for (const Promise<void>& each : running) {
    const Result<void> done = run_until(script.loop, each, 60s);
    ASSERT_TRUE(done) << done.error().to_string();
  }
  for (std::size_t page = 0; page < pages.size(); ++page)
    for (std::size_t row = 0; row < 500; ++row)
      ASSERT_EQ(pages[page].at(row, 1).text, "p" + std::to_string(page) + "r" + std::to_string(row) + "-" + std::to_string(row));
}

TEST(Script, MasksAreThoseOfAPlan) {
  Script script;
  for (const std::string_view from : {"", "import { mask } from 'millrace:masks'; "}) {
    auto made = script.make(std::string(from) +
                            "export default { people(rows) { rows[0].name = mask.email(rows[0].name); rows[1].name = "
                            "mask.hash(rows[1].name, { length: 8 });"
                            "rows[2].name = String(mask.name(null)) + mask.number(5000, { percent: 1 }) } }");
    ASSERT_TRUE(made) << made.error().to_string();
    Page page = script.people(**made, {"joe", "joe", ""});
    const Result<void> done = script.run(**made, page);
    ASSERT_TRUE(done) << done.error().to_string();
    auto masks = make_masks(script.loop, {{"people", {.columns = {{"name", {.mask = "email"}}}}}}, script.schema, {.seed = "s"});
    Page same(1);
    same.add_row();
    same.set_text(0, 0, "joe");
    ASSERT_TRUE(run_until(script.loop, (*masks)->transform(script.schema.tables[0], {1}, same)));
    EXPECT_EQ(page.at(0, script.place("name")).text, same.at(0, 0).text);
    EXPECT_THAT(page.at(1, script.place("name")).text, ::testing::MatchesRegex("[0-9a-f]{8}"));
    EXPECT_THAT(page.at(2, script.place("name")).text, ::testing::MatchesRegex("null[45][0-9]{3}"));
  }
  EXPECT_THAT(script.failure("export default { people() { mask.hash('x', { lenght: 8 }) } }").message(),
              HasSubstr("did you mean 'length'?"));
}

TEST(Script, EndsWhileItRuns) {
  Script script;
  auto made = script.make("export default { people() { for (;;); } }", {.threads = 1, .batch_limit = 60s});
  ASSERT_TRUE(made) << made.error().to_string();
  Page page = script.people(**made, {"a"});
  const Promise<void> running = (*made)->transform(script.schema.tables[0], script.places, page);
  const auto began = std::chrono::steady_clock::now();
  made->reset();
  EXPECT_LT(std::chrono::steady_clock::now() - began, kSlack);
  EXPECT_FALSE(run_until(script.loop, running, 10s));
}

TEST(Script, ConsoleGoesToItsHost) {
  Script script;
  std::mutex guard;
  std::string text;
  auto made =
      script.make("export default { people() { console.log('looked') } }", {.threads = 1, .output = [&](std::string_view more) {
                                                                              const std::lock_guard lock(guard);
                                                                              text += more;
                                                                            }});
  ASSERT_TRUE(made) << made.error().to_string();
  Page page = script.people(**made, {"a"});
  ASSERT_TRUE(script.run(**made, page));
  const std::lock_guard lock(guard);
  EXPECT_EQ(text, "looked\n");
}

}  // namespace
}  // namespace millrace::subset
