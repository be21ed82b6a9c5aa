#include "observe/export/json_reader.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "support/test_seeds.h"

namespace millrace::observe {
namespace {

using millrace::testing::test_seeds;
using Json = nlohmann::ordered_json;
using Scalar = std::pair<std::vector<std::string>, std::string>;

TEST(JsonReader, AcceptsWhatTheGrammarAcceptsAndNothingElse) {
  for (const char* good : {"{}", " { } ", R"({"a":1})", R"({"a":-0.5e+10,"b":[1,"x",{}],"c":{"d":null}})",
                           R"({"a":"\"\\\/\b\f\n\r\t\u00e9"})", R"({"a":"\ud800"})", R"({"a":"\ud800\u0041"})"})
    EXPECT_TRUE(read_json_object(good, [](auto, auto) {})) << good;
  for (const char* bad :
       {"", "1", R"("a")", "{a:1}", R"({"a":01})", R"({"a":1.})", R"({"a":.5})", R"({"a":+1})", R"({"a":1e})", R"({"a":"\x"})",
        R"({"a":"\u12"})", "{\"a\":\"\n\"}", R"({"a":"b)", R"({"a":[1,]})", R"({"a":tru})", R"({"a":1 "b":2})", R"({"a":-})"})
    EXPECT_FALSE(read_json_object(bad, [](auto, auto) {})) << bad;
}

TEST(JsonReader, RefusesNestingBeyondItsLimit) {
  const auto nested = [](std::size_t depth) {
    return "{\"a\":" + std::string(depth - 1, '[') + '1' + std::string(depth - 1, ']') + '}';
  };
  EXPECT_TRUE(read_json_object(nested(kJsonDepthMax), [](auto, auto) {}));
  EXPECT_FALSE(read_json_object(nested(kJsonDepthMax + 1), [](auto, auto) {}));
  EXPECT_FALSE(read_json_object(nested(1'000'000), [](auto, auto) {}));
}

TEST(JsonReader, TellsScalarsByTheirPathButNotThoseOfArrays) {
  std::vector<std::string> told;
  EXPECT_TRUE(read_json_object(R"({"a":{"b":1,"c":"x"},"d":[2,{"e":3}],"f":true})",
                               [&told](std::span<const std::string> path, std::string_view value) {
                                 std::string line;
                                 for (const std::string& key : path) line += key + '.';
                                 told.push_back(line + std::string(value));
                               }));
  EXPECT_EQ(told, (std::vector<std::string>{"a.b.1", "a.c.x", "f.true"}));
}

/// Texts, numbers and words in objects and arrays, at most four deep.
Json random_value(std::mt19937_64& random, int depth) {
  static constexpr std::string_view kCharacters = "ab\"\\/\b\n\x1f{}[]:, 1\xC3\xA4";
  const auto text = [&random] {
    std::string made;
    for (std::size_t left = random() % 5; left > 0; --left) {
      const char c = kCharacters[random() % (kCharacters.size() - 1)];
      made += c;
      if (c == '\xC3') made += kCharacters.back();
    }
    return made;
  };
  switch (random() % (depth == 0 ? 6 : 8)) {
    case 0: return text();
    case 1: return static_cast<std::int64_t>(random());
    case 2: return static_cast<double>(static_cast<std::int64_t>(random() % 2'000) - 1'000) / 64 * (random() % 2 == 0 ? 1 : 1e30);
    case 3: return true;
    case 4: return false;
    case 5: return nullptr;
    case 6: {
      Json object = Json::object();
      for (std::size_t left = random() % 4; left > 0; --left) object[text()] = random_value(random, depth - 1);
      return object;
    }
    default: {
      Json array = Json::array();
      for (std::size_t left = random() % 4; left > 0; --left) array.push_back(random_value(random, depth - 1));
      return array;
    }
  }
}

void add_scalars(const Json& object, std::vector<std::string>& path, std::vector<Scalar>& into) {
  for (const auto& [key, value] : object.items()) {
    path.push_back(key);
    if (value.is_object())
      add_scalars(value, path, into);
    else if (!value.is_array())
      into.emplace_back(path, value.is_string() ? value.get<std::string>() : value.dump());
    path.pop_back();
  }
}

TEST(JsonReader, TellsWhatAnotherParserFinds) {
  for (const std::uint64_t seed : test_seeds(3'000)) {
    std::mt19937_64 random(seed);
    Json object = Json::object();
    for (std::size_t left = random() % 4; left > 0; --left) object["k" + std::to_string(left)] = random_value(random, 3);
    const std::string text = object.dump(random() % 2 == 0 ? -1 : 1, ' ', random() % 2 == 0);
    std::vector<Scalar> expected, told;
    std::vector<std::string> keys;
    add_scalars(object, keys, expected);
    ASSERT_TRUE(read_json_object(text, [&told](std::span<const std::string> path, std::string_view value) {
      told.emplace_back(std::vector(path.begin(), path.end()), value);
    })) << text;
    ASSERT_EQ(told, expected) << "seed " << seed << ": " << text;
  }
}

TEST(JsonReader, TakesAndRefusesWhatAnotherParserDoes) {
  int taken = 0, refused = 0;
  for (const std::uint64_t seed : test_seeds(20'000)) {
    std::mt19937_64 random(seed);
    std::string text = Json{{"k", random_value(random, 2)}, {"n", -1.5e3}, {"t", "a\n\u0001"}}.dump();
    for (std::size_t changes = random() % 3; changes > 0; --changes) {
      static constexpr std::string_view kBytes = "{}[]:,\"\\ 0123.+-eEtrufalsn/x";
      const char byte = kBytes[random() % kBytes.size()];
      const std::size_t at = random() % text.size();
      switch (random() % 3) {
        case 0: text[at] = byte; break;
        case 1: text.insert(at, 1, byte); break;
        default: text.erase(at, 1); break;
      }
    }
    bool well_formed = false;
    try {
      well_formed = Json::parse(text).is_object();
    } catch (const Json::parse_error& error) {
      // Half a pair and half a character are its to refuse, and ours to mend.
      if (std::string_view(error.what()).find("urrogate") != std::string_view::npos) continue;
      if (std::string_view(error.what()).find("UTF-8") != std::string_view::npos) continue;
    } catch (const Json::out_of_range&) {
      continue;  // a number that no double can hold is well-formed
    }
    ASSERT_EQ(read_json_object(text, [](auto, auto) {}), well_formed) << "seed " << seed << ": " << text;
    ++(well_formed ? taken : refused);
  }
  EXPECT_GT(taken, 2'000);
  EXPECT_GT(refused, 2'000);
}

}  // namespace
}  // namespace millrace::observe
