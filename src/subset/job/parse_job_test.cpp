#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include <millrace/subset/job.h>

namespace millrace::subset {
namespace {

constexpr std::string_view kWholeToml = R"(
source = "postgres://localhost/shop"
target = "sqlite:out.db"
coordinator = "sqlite:state.db"
keys = "map"
existing = "update"
create = false
bulk = true
seed = "autumn"
script = "masks.js"
script_threads = 2
page_rows = 1000
page_bytes = "16MiB"
children = "all"
others = "none"
[[root]]
table = "customer"
where = "country = 'DE'"
limit = 100
order = "id DESC"
[[root]]
table = "shop.product"
[[child]]
of = "customer"
table = "order"
columns = ["customer_id"]
where = "open"
limit = 10
order = "id"
[[reference]]
table = "note"
columns = ["customer_id"]
parent = "customer"
parent_columns = ["id"]
[table.customer]
rows = "target"
keys = "keep"
truncate = true
key = ["id", "part"]
ignore = ["customer_boss_fkey"]
[table.customer.columns]
email = "email"
notes = { mask = "constant", value = "x", times = 3, ratio = 0.5, upper = true }
[table."shop.product"]
rows = "all"
)";

constexpr std::string_view kWholeJson = R"({
  "source": "postgres://localhost/shop", "target": "sqlite:out.db", "coordinator": "sqlite:state.db",
  "keys": "map", "existing": "update", "create": false, "bulk": true, "seed": "autumn", "script": "masks.js", "script_threads": 2,
  "page_rows": 1000, "page_bytes": 16777216, "children": "all", "others": "none",
  "root": [{"table": "customer", "where": "country = 'DE'", "limit": 100, "order": "id DESC"}, {"table": "shop.product"}],
  "child": [{"of": "customer", "table": "order", "columns": ["customer_id"], "where": "open", "limit": 10, "order": "id"}],
  "reference": [{"table": "note", "columns": ["customer_id"], "parent": "customer", "parent_columns": ["id"]}],
  "table": {
    "customer": {
      "rows": "target", "keys": "keep", "truncate": true, "key": ["id", "part"], "ignore": ["customer_boss_fkey"],
      "columns": {"email": "email", "notes": {"mask": "constant", "value": "x", "times": 3, "ratio": 0.5, "upper": true}}
    },
    "shop.product": {"rows": "all"}
  }
})";

void expect_whole(const Job& job) {
  EXPECT_EQ(job.source, "postgres://localhost/shop");
  EXPECT_EQ(job.target, "sqlite:out.db");
  EXPECT_EQ(job.coordinator, "sqlite:state.db");
  EXPECT_EQ(job.keys, KeyPolicy::map);
  EXPECT_EQ(job.existing, ExistingRows::update);
  EXPECT_FALSE(job.create);
  EXPECT_TRUE(job.bulk);
  EXPECT_EQ(job.seed, "autumn");
  EXPECT_EQ(job.script, "masks.js");
  EXPECT_EQ(job.script_threads, 2u);
  EXPECT_EQ(job.page_rows, 1000u);
  EXPECT_EQ(job.page_bytes, 16u << 20);
  EXPECT_TRUE(job.all_children);
  EXPECT_EQ(job.others, RowChoice::none);
  ASSERT_EQ(job.roots.size(), 2u);
  EXPECT_EQ(job.roots[0].table, "customer");
  EXPECT_EQ(job.roots[0].where, "country = 'DE'");
  EXPECT_EQ(job.roots[0].limit, 100u);
  EXPECT_EQ(job.roots[0].order, "id DESC");
  EXPECT_EQ(job.roots[1].table, "shop.product");
  EXPECT_EQ(job.roots[1].limit, std::nullopt);
  ASSERT_EQ(job.children.size(), 1u);
  EXPECT_EQ(job.children[0].of, "customer");
  EXPECT_EQ(job.children[0].table, "order");
  EXPECT_EQ(job.children[0].columns, std::vector<std::string>{"customer_id"});
  EXPECT_EQ(job.children[0].where, "open");
  EXPECT_EQ(job.children[0].limit, 10u);
  EXPECT_EQ(job.children[0].order, "id");
  ASSERT_EQ(job.references.size(), 1u);
  EXPECT_EQ(job.references[0].table, "note");
  EXPECT_EQ(job.references[0].columns, std::vector<std::string>{"customer_id"});
  EXPECT_EQ(job.references[0].parent, "customer");
  EXPECT_EQ(job.references[0].parent_columns, std::vector<std::string>{"id"});
  ASSERT_EQ(job.tables.size(), 2u);
  const TableRule& customer = job.tables.at("customer");
  EXPECT_EQ(customer.rows, RowChoice::target);
  EXPECT_EQ(customer.keys, KeyPolicy::keep);
  EXPECT_TRUE(customer.truncate);
  EXPECT_EQ(customer.key, (std::vector<std::string>{"id", "part"}));
  EXPECT_EQ(customer.ignore, std::vector<std::string>{"customer_boss_fkey"});
  EXPECT_EQ(customer.columns.at("email").mask, "email");
  EXPECT_EQ(customer.columns.at("notes").mask, "constant");
  EXPECT_EQ(customer.columns.at("notes").options,
            (std::map<std::string, std::string>{{"ratio", "0.5"}, {"times", "3"}, {"upper", "true"}, {"value", "x"}}));
  EXPECT_EQ(job.tables.at("shop.product").rows, RowChoice::all);
  EXPECT_EQ(job.tables.at("shop.product").keys, std::nullopt);
}

TEST(ParseJob, BothFormatsSayTheSame) {
  for (const auto& [text, name] : {std::pair{kWholeToml, "plan.toml"}, std::pair{kWholeJson, "plan.json"},
                                   std::pair{kWholeToml, "plan"}, std::pair{kWholeJson, "plan"}}) {
    SCOPED_TRACE(name);
    const Result<Job> job = parse_job(text, name);
    ASSERT_TRUE(job) << job.error().message();
    expect_whole(*job);
  }
}

TEST(ParseJob, AnEmptyFileIsAJobWithWhatIsUsual) {
  for (const auto& [text, name] :
       {std::pair{"", "a.toml"}, std::pair{"{}", "a.json"}, std::pair{" \n{ }", "a"}, std::pair{"", "a"}}) {
    const Result<Job> job = parse_job(text, name);
    ASSERT_TRUE(job) << job.error().message();
    EXPECT_TRUE(job->roots.empty());
    EXPECT_EQ(job->page_rows, 50'000u);
    EXPECT_EQ(job->page_bytes, 8u << 20);
    EXPECT_TRUE(job->create);
    EXPECT_FALSE(job->all_children);
  }
}

TEST(ParseJob, SaysWhatIsWrongAndWhere) {
  struct Case {
    std::string_view text, message;
  };
  for (const Case& c : {
           Case{"[[root]]\ntable = \"a\"\nwhre = \"x\"\n", "p.toml:3:1: root[0].whre: unknown; did you mean `where`?"},
           Case{"Page-Rows = 5", "p.toml:1:1: Page-Rows: unknown; did you mean `page_rows`?"},
           Case{"[[root]]\nzzzzzzzz = 1\ntable = 'a'",
                "p.toml:2:1: root[0].zzzzzzzz: unknown; known here: table, where, limit, order"},
           Case{"[[root]]\nwhere = \"x\"\n", "p.toml:1:1: root[0]: `table` is missing"},
           Case{"[[root]]\ntable = 5", "p.toml:2:9: root[0].table: the number 5; expected a name"},
           Case{"[[root]]\ntable = ''", "p.toml:2:9: root[0].table: \"\"; expected a name"},
           Case{"source = \"a\\u0000b\"", "p.toml:1:10: source: a NUL character, which no database takes"},
           Case{"[[root]]\ntable='a'\nlimit = 0", "p.toml:3:9: root[0].limit: the number 0; expected a whole number of at least 1"},
           Case{"[[root]]\ntable='a'\nlimit = 1.5",
                "p.toml:3:9: root[0].limit: the number 1.5; expected a whole number of at least 1"},
           Case{"root = 5", "p.toml:1:8: root: the number 5; expected a list of tables: [[root]] in TOML, [{...}] in JSON"},
           Case{"root = [5]", "p.toml:1:9: root[0]: the number 5; expected a table"},
           Case{"keys = \"kep\"", "p.toml:1:8: keys: \"kep\"; expected \"keep\" or \"map\""},
           Case{"existing = 2024-01-02",
                "p.toml:1:12: existing: the date or time 2024-01-02; expected \"error\", \"skip\" or \"update\""},
           Case{"create = \"yes\"", "p.toml:1:10: create: \"yes\"; expected true or false"},
           Case{"page_rows = 0", "p.toml:1:13: page_rows: the number 0; expected a whole number from 1 to 1000000"},
           Case{"page_rows = 1000001", "p.toml:1:13: page_rows: the number 1000001; expected a whole number from 1 to 1000000"},
           Case{"script_threads = 65", "p.toml:1:18: script_threads: the number 65; expected a whole number from 0 to 64"},
           Case{"script_threads = -1", "p.toml:1:18: script_threads: the number -1; expected a whole number from 0 to 64"},
           Case{"page_bytes = '8MB'",
                "p.toml:1:14: page_bytes: \"8MB\"; expected from 64KiB to 256MiB, as a number of bytes or a text with KiB, MiB or "
                "GiB"},
           Case{"table.a.key = 'id'", "p.toml:1:15: table.a.key: \"id\"; expected a list of names, such as [\"id\"]"},
           Case{"table.a.key = []", "p.toml:1:15: table.a.key: an empty list; expected one name or more"},
           Case{"table.a.key = ['x', 'x']", "p.toml:1:21: table.a.key[1]: \"x\" for the second time"},
           Case{"table.'a b'.columns.c = 5",
                "p.toml:1:25: table.\"a b\".columns.c: the number 5; expected a mask's name, or a table with `mask` and its "
                "options"},
           Case{"table.a.columns.c = {value = 1}", "p.toml:1:21: table.a.columns.c: `mask` is missing"},
           Case{"table.a.columns.c = {mask = 'x', y = [1]}",
                "p.toml:1:38: table.a.columns.c.y: a list; expected a text, a number, or true or false"},
           Case{"table.'' = {}", "p.toml:1:7: table.\"\": a name that no database has"},
           Case{"[[reference]]\ntable='a'\ncolumns=['b','c']\nparent='d'\nparent_columns=['e']",
                "p.toml:1:1: reference[0]: `columns` has 2 names and `parent_columns` 1; expected as many"},
       }) {
    const Result<Job> job = parse_job(c.text, "p.toml");
    ASSERT_FALSE(job) << c.text;
    EXPECT_EQ(job.error().message(), c.message);
    EXPECT_TRUE(job.error().matches(make_error_code(Errc::invalid_argument)));
    EXPECT_EQ(job.error().context("file"), "p.toml");
    EXPECT_NE(job.error().context("line"), "");
    EXPECT_NE(job.error().context("member"), "");
  }
}

TEST(ParseJob, JsonHasPlacesAndPointersToo) {
  struct Case {
    std::string_view text, message;
  };
  for (const Case& c : {
           Case{"{\n  \"root\": [{\"table\": \"a\",\n    \"whre\": \"\\\"x\\\"\"}]}",
                "p.json:3:5: /root/0/whre: unknown; did you mean `where`?"},
           Case{"{\"table\": {\"a/b~\\\"\": 5}}", "p.json:1:12: /table/a~1b~0\": the number 5; expected a table"},
           Case{"{\"keys\": null}", "p.json:1:2: /keys: null; expected \"keep\" or \"map\""},
           Case{"{\"page_rows\": 18446744073709551615}",
                "p.json:1:2: /page_rows: the number 18446744073709551615; expected a whole number from 1 to 1000000"},
           Case{"{\"seed\": \"a\",\n \"seed\": \"b\"}", "p.json:2:2: not JSON: the member `seed` is there twice"},
           Case{"[]", "p.json:1:1: a list; expected a table"},
       }) {
    const Result<Job> job = parse_job(c.text, "p.json");
    ASSERT_FALSE(job) << c.text;
    EXPECT_EQ(job.error().message(), c.message);
  }
}

TEST(ParseJob, WhatIsNoneOfItsFormatIsSaidWithItsPlace) {
  struct Case {
    std::string_view name, text, begins;
  };
  for (const Case& c :
       {Case{"a.toml", "x = 1\ny = = 2", "a.toml:2:5: not TOML: "}, Case{"a.toml", "x = 1\nx = 2", "a.toml:2:5: not TOML: "},
        Case{"a.toml", "x = \"\xff\"", "a.toml:1:"}, Case{"a.json", "{\n \"x\": }", "a.json:2:7: not JSON: "},
        Case{"a.json", "", "a.json:1:1: not JSON: "}, Case{"a.json", "{\"x\": \"\xff\"}", "a.json:1:8: not JSON: "},
        Case{"a.json", "{} {}", "a.json:1:4: not JSON: "}}) {
    const Result<Job> job = parse_job(c.text, c.name);
    ASSERT_FALSE(job) << c.text;
    EXPECT_TRUE(job.error().message().starts_with(c.begins)) << job.error().message();
  }
}

TEST(ParseJob, NamesAllMistakesInTheOrderOfTheFile) {
  const Result<Job> job = parse_job("seed = 1\n[[root]]\ntable = 2\n[[root]]\nlimit = 3\n[table.x]\nrow = 'all'\n", "p.toml");
  ASSERT_FALSE(job);
  EXPECT_EQ(job.error().message(),
            "p.toml: 4 mistakes\n"
            "p.toml:1:8: seed: the number 1; expected a text\n"
            "p.toml:3:9: root[0].table: the number 2; expected a name\n"
            "p.toml:4:1: root[1]: `table` is missing\n"
            "p.toml:7:1: table.x.row: unknown; did you mean `rows`?");
  EXPECT_EQ(job.error().context("line"), "1");
  EXPECT_EQ(job.error().context("column"), "8");
  EXPECT_EQ(job.error().context("member"), "seed");

  std::string many;
  for (int i = 0; i < 27; ++i) many += "x" + std::to_string(i) + " = 1\n";
  const Result<Job> too_many = parse_job(many, "p.toml");
  ASSERT_FALSE(too_many);
  EXPECT_TRUE(too_many.error().message().starts_with("p.toml: 27 mistakes\n"));
  EXPECT_TRUE(too_many.error().message().ends_with("\nand 7 more"));
  EXPECT_EQ(std::ranges::count(too_many.error().message(), '\n'), 21);
}

TEST(ParseJob, TerminalsSeeNothingTheyObey) {
  const Result<Job> job = parse_job("{\"\\u001b[2Jx\": 1, \"keys\": \"\\u009bm\\n\"}", "p\x1b.json");
  ASSERT_FALSE(job);
  EXPECT_EQ(job.error().message().find('\x1b'), std::string::npos);
  EXPECT_EQ(job.error().message().find('\x9b'), std::string::npos);
}

TEST(ParseJob, HasLimits) {
  const auto refused = [](const std::string& text, std::string_view name, Errc code) {
    const Result<Job> job = parse_job(text, name);
    ASSERT_FALSE(job);
    EXPECT_TRUE(job.error().matches(make_error_code(code))) << job.error().message();
  };
  std::string big(Job::kFileMax, '\n');
  EXPECT_TRUE(parse_job(big, "a.toml"));
  refused(big + '\n', "a.toml", Errc::full);

  std::string roots = "root = [";
  for (std::size_t i = 0; i < Job::kRulesMax; ++i) roots += "{table='a'},";
  EXPECT_TRUE(parse_job(roots + "]", "a.toml"));
  refused(roots + "{table='a'}]", "a.toml", Errc::full);
  std::string tables = "{\"table\": {\"t\": {}";
  for (std::size_t i = 0; i < Job::kRulesMax; ++i) tables += ",\"t" + std::to_string(i) + "\": {}";
  refused(tables + "}}", "a.json", Errc::full);

  for (const char* size : {"65536", "'64KiB'", "'65536'", "'256MiB'", "'64 KiB'", "268435456"})
    EXPECT_TRUE(parse_job(std::string("page_bytes = ") + size, "a.toml")) << size;
  for (const char* size : {"65535", "'63KiB'", "268435457", "'1GiB'", "'-1'", "'17179869185GiB'", "'99999999999999999999'", "'KiB'",
                           "'64KiBx'", "64.0e3"})
    EXPECT_FALSE(parse_job(std::string("page_bytes = ") + size, "a.toml")) << size;
}

/// Both parsers, or what is done with their trees, go by recursion: without a limit these end the process.
TEST(ParseJob, DepthCostsNoStack) {
  const auto repeated = [](std::string_view part, std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += part;
    return text;
  };
  for (const auto& [name, text] :
       {std::pair{"a.toml", "a" + repeated(".a", 500'000) + "=1"}, std::pair{"a.toml", "[a" + repeated(".'a'", 250'000) + "]"},
        std::pair{"a.toml", "a=" + repeated("[", 500'000)}, std::pair{"a.toml", "a=" + repeated("{a=", 300'000)},
        std::pair{"a.toml", "x=1.5\ny='''a.b''' # it's\nb" + repeated(" . b", 200'000) + "=1"},
        std::pair{"a.json", repeated("[", 1'000'000)}, std::pair{"a.json", repeated("{\"a\":", 200'000)}}) {
    const Result<Job> job = parse_job(text, name);
    ASSERT_FALSE(job);
    EXPECT_TRUE(job.error().matches(make_error_code(Errc::invalid_argument)));
  }
  // Dots that are in no key are as many as one likes.
  const std::string dots = repeated("a.", 1'000);
  EXPECT_TRUE(parse_job("seed = \"" + dots + "\\\"" + dots + "\"\nscript = '''" + dots + "'''' # " + dots +
                            "\nsource = \"\"\"\\\"\"\"" + dots + "\"\"\"\"\"\n",
                        "a.toml"));
}

}  // namespace
}  // namespace millrace::subset
