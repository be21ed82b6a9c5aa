// Random trees of random bytes: whatever is logged, a JSON line is one valid JSON object, and says what was said.
#include <cstdint>
#include <functional>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "support/log_support.h"
#include "support/test_seeds.h"

namespace millrace::observe {
namespace {

class RandomTree {
 public:
  explicit RandomTree(std::uint64_t seed) : random_(seed) {}

  std::string bytes() {
    std::string text(random_() % 40, '\0');
    const bool ascii = random_() % 2 == 0;
    for (char& c : text) c = static_cast<char>(ascii ? 0x20 + random_() % 0x5f : random_());
    return text;
  }
  void fields(LogFields& out, int depth) {
    for (std::uint64_t count = random_() % 5; count-- > 0;) field_of(out, depth);
  }

 private:
  void field_of(LogFields& out, int depth) {
    const std::string key = bytes();
    switch (random_() % (depth < 20 ? 9 : 7)) {
      case 0: out.add(key, bytes()); return;
      case 1: out.add(key, static_cast<std::int64_t>(random_())); return;
      case 2: out.add(key, std::bit_cast<double>(random_())); return;
      case 3: out.add(key, Duration(static_cast<std::int64_t>(random_()))); return;
      case 4: out.add(key, WallTime(WallTime::duration(static_cast<std::int64_t>(random_())))); return;
      case 5: out.add(key, Error(Errc::closed, bytes()).with(bytes(), bytes()).wrap(Errc::full, bytes())); return;
      case 6: out.add(key, nullptr); return;
      case 7: out.add_object(key, [&](LogFields& inner) { fields(inner, depth + 1); }); return;
      default:
        out.add_list(key, [&](LogList& inner) {
          for (std::uint64_t count = random_() % 4; count-- > 0;) {
            if (random_() % 2 == 0)
              inner.add(bytes());
            else
              inner.add_object([&](LogFields& deeper) { fields(deeper, depth + 2); });
          }
        });
    }
  }
  std::mt19937_64 random_;
};

// Every object of a valid line has each key once; the parser's callback sees keys in the order of the text.
bool has_unique_keys(const std::string& line) {
  std::vector<std::vector<std::string>> open;
  bool unique = true;
  const auto see = [&](int, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) open.emplace_back();
    if (event == Json::parse_event_t::object_end) open.pop_back();
    if (event == Json::parse_event_t::key) {
      const auto& key = parsed.get_ref<const std::string&>();
      unique &= std::ranges::find(open.back(), key) == open.back().end();
      open.back().push_back(key);
    }
    return true;
  };
  const Json parsed = Json::parse(line, see);
  return unique && parsed.is_object();
}

TEST(LogRandom, AnyTreeOfAnyBytesIsOneValidLine) {
  for (const std::uint64_t seed : millrace::testing::test_seeds(40)) {
    RandomTree random(seed);
    RecordingSink sink;
    const std::size_t line_bytes_max = seed % 3 == 0 ? 300 : LogFormat{}.line_bytes_max;
    LogHub hub({.outputs = {{&sink}}, .format = {.line_bytes_max = line_bytes_max}});
    const Logger log = hub.logger(random.bytes()).child([&](LogFields& f) { random.fields(f, 10); });
    for (int i = 0; i < 50; ++i) {
      const std::string message = random.bytes();
      log.info(message, [&](LogFields& f) { random.fields(f, 0); }, field(random.bytes(), random.bytes()));
      const std::string& line = sink.lines().back();
      ASSERT_TRUE(Json::accept(line)) << "seed " << seed << ": " << line;
      ASSERT_EQ(line.find('\n'), std::string::npos);
      ASSERT_LT(line.size(), line_bytes_max + 4096) << "what may exceed it is the fixed part";
      // A replaced byte may make two keys alike; keys that are text stay apart.
      if (line.find("\xEF\xBF\xBD") == std::string::npos) {
        ASSERT_TRUE(has_unique_keys(line)) << line;
      }
      const bool is_ascii = std::ranges::all_of(message, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
      if (is_ascii && line_bytes_max > 1000) {
        ASSERT_EQ(Json::parse(line)["body"].get<std::string>(), message);
      }
      ASSERT_EQ(sink.last().json(), line) << "a stored record says the same";
      const std::string text = sink.last().text();
      for (const char c : text) ASSERT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20) << "seed " << seed;
      for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 1))
        ASSERT_EQ(text.substr(at + 1, 4), "    ");
    }
  }
}

}  // namespace
}  // namespace millrace::observe
