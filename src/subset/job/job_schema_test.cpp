#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include <millrace/subset/job.h>

#include "subset/job/members.h"

namespace millrace::subset {
namespace {

using nlohmann::json;
using Known = std::set<std::pair<std::string, std::string>>;

const json& place_of(const json& schema, const std::string& place) { return place.empty() ? schema : schema.at("$defs").at(place); }

TEST(JobSchema, KnowsWhatTheReaderKnowsAndNothingElse) {
  const json schema = json::parse(job_schema());
  Known read;
  Known required;
  std::set<std::string> places;
  for (const MemberOfPlan& member : members_of_plan()) {
    read.emplace(member.place, member.name);
    places.emplace(member.place);
    if (member.required) required.emplace(member.place, member.name);
  }
  Known described;
  Known demanded;
  for (const std::string& place : places) {
    for (const auto& [name, value] : place_of(schema, place).at("properties").items()) {
      described.emplace(place, name);
      EXPECT_TRUE(value.contains("description")) << place << '.' << name;
    }
    for (const json& name : place_of(schema, place).value("required", json::array())) demanded.emplace(place, name);
    EXPECT_EQ(place_of(schema, place).at("additionalProperties") == false, place != "mask") << place;
  }
  EXPECT_EQ(described, read);
  EXPECT_EQ(demanded, required);
  for (const auto& [name, definition] : schema.at("$defs").items())
    EXPECT_EQ(definition.contains("properties"), places.contains(name)) << name;
}

/// Puts `value` where the schema has the member, with what else is needed there.
json plan_with(const std::string& place, const std::string& name, const json& value) {
  json rule = {{name, value}};
  if (place.empty()) return rule;
  if (place == "root") rule.emplace("table", "a");
  if (place == "child") rule.merge_patch({{"of", "a"}, {"table", "b"}});
  if (place == "reference") rule.merge_patch({{"table", "a"}, {"columns", {"b"}}, {"parent", "c"}});
  if (place == "table") return {{"table", {{"a", rule}}}};
  return {{place, json::array({rule})}};
}

TEST(JobSchema, WordsAndBoundsAreTheReaders) {
  const json schema = json::parse(job_schema());
  const auto accepted = [](const json& plan) { return parse_job(plan.dump(), "a.json").has_value(); };
  int words = 0;
  int bounds = 0;
  for (const MemberOfPlan& member : members_of_plan()) {
    const std::string place(member.place);
    const std::string name(member.name);
    json described = place_of(schema, place).at("properties").at(name);
    if (described.contains("$ref"))
      described.update(schema.at(json::json_pointer(described.at("$ref").get<std::string>().substr(1))));
    if (described.contains("anyOf")) described.update(described.at("anyOf").at(0));
    SCOPED_TRACE(place + '.' + name);
    for (const json& word : described.value("enum", json::array())) {
      EXPECT_TRUE(accepted(plan_with(place, name, word))) << word;
      ++words;
    }
    EXPECT_TRUE(!described.contains("enum") || !accepted(plan_with(place, name, "nothing of it")));
    if (!described.contains("minimum")) continue;
    const auto least = described.at("minimum").get<std::int64_t>();
    const auto most = described.at("maximum").get<std::int64_t>();
    EXPECT_TRUE(accepted(plan_with(place, name, least)));
    EXPECT_TRUE(accepted(plan_with(place, name, most)));
    EXPECT_FALSE(accepted(plan_with(place, name, least - 1)));
    EXPECT_FALSE(accepted(plan_with(place, name, static_cast<std::uint64_t>(most) + 1)));
    ++bounds;
  }
  EXPECT_EQ(words, 2 + 4 + 2 + 3 + 2 + 4 + 2);
  EXPECT_EQ(bounds, 5);
}

TEST(JobSchema, DefaultsAreTheReaders) {
  const json schema = json::parse(job_schema());
  json usual = json::object();
  for (const auto& [name, value] : schema.at("properties").items())
    if (value.contains("default")) usual[name] = value.at("default");
  const Result<Job> said = parse_job(usual.dump(), "a.json");
  ASSERT_TRUE(said) << said.error().message();
  const Job unsaid;
  EXPECT_EQ(usual.size(), 10u);
  EXPECT_EQ(said->all_children, unsaid.all_children);
  EXPECT_EQ(said->others, unsaid.others);
  EXPECT_EQ(said->keys, unsaid.keys);
  EXPECT_EQ(said->existing, unsaid.existing);
  EXPECT_EQ(said->missing, unsaid.missing);
  EXPECT_EQ(said->create, unsaid.create);
  EXPECT_EQ(said->bulk, unsaid.bulk);
  EXPECT_EQ(said->script_threads, unsaid.script_threads);
  EXPECT_EQ(said->page_rows, unsaid.page_rows);
  EXPECT_EQ(said->page_bytes, unsaid.page_bytes);
}

}  // namespace
}  // namespace millrace::subset
