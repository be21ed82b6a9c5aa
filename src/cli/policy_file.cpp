#include "cli/policy_file.h"

#include <array>
#include <charconv>
#include <cmath>
#include <fstream>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

namespace millrace::cli {
namespace {

using Json = nlohmann::json;

struct Unit {
  std::string_view name;
  double factor;
};

/// A positive number and one of `units`; nothing when it is none, or too large for 63 bits.
template <std::size_t n>
std::optional<double> number_with_unit(std::string_view text, const std::array<Unit, n>& units) {
  double number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || !std::isfinite(number) || number < 0) return std::nullopt;
  std::string_view unit(rest, static_cast<std::size_t>(text.data() + text.size() - rest));
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  for (const Unit& known : units)
    if (unit == known.name && number * known.factor < 9e18) return number * known.factor;
  return std::nullopt;
}

constexpr std::string_view kStrict = "strict";

using Apply = std::function<Result<void>(js::SandboxPolicy&, const Json&)>;
struct Key {
  std::string_view name;
  Apply apply;
};

Error wrong(std::string_view key, std::string_view wanted, const Json& found) {
  return {Errc::invalid_argument, "'" + std::string(key) + "' is " + found.dump() + ", but has to be " + std::string(wanted)};
}

Result<Duration> duration_of(std::string_view key, const Json& value) {
  if (value.is_string())
    if (const Result<Duration> parsed = parse_duration(value.get<std::string>())) return *parsed;
  return fail(wrong(key, "a time such as \"500ms\" or \"2s\"", value));
}

Result<std::uint64_t> count_of(std::string_view key, const Json& value) {
  if (value.is_number_unsigned()) return value.get<std::uint64_t>();
  if (value.is_string())
    if (const Result<std::uint64_t> parsed = parse_bytes(value.get<std::string>())) return *parsed;
  return fail(wrong(key, "a whole number, or a size such as \"64MiB\"; 0 for no limit", value));
}

Key right(std::string_view name, bool js::SandboxPolicy::* member) {
  return {name, [=](js::SandboxPolicy& policy, const Json& value) -> Result<void> {
            if (!value.is_boolean()) return fail(wrong(name, "true or false", value));
            policy.*member = value.get<bool>();
            return {};
          }};
}
Key count(std::string_view name, std::uint64_t js::SandboxPolicy::* member) {
  return {name, [=](js::SandboxPolicy& policy, const Json& value) -> Result<void> {
            const Result<std::uint64_t> number = count_of(name, value);
            if (!number) return fail(number.error());
            policy.*member = *number;
            return {};
          }};
}
Key names(std::string_view name, std::vector<std::string> js::SandboxPolicy::* member) {
  return {name, [=](js::SandboxPolicy& policy, const Json& value) -> Result<void> {
            std::vector<std::string> list;
            if (!value.is_array()) return fail(wrong(name, "a list of names", value));
            for (const Json& entry : value) {
              if (!entry.is_string()) return fail(wrong(name, "a list of names", value));
              list.push_back(entry.get<std::string>());
            }
            policy.*member = std::move(list);
            return {};
          }};
}

Result<void> time_limit(std::string_view key, js::TimeLimit& limit, const Json& value) {
  if (!value.is_object()) return fail(wrong(key, R"({"wall_time": "1s", "cpu_time": "1s"})", value));
  for (const auto& [name, time] : value.items()) {
    if (name != "wall_time" && name != "cpu_time")
      return fail(Errc::invalid_argument, "'" + std::string(key) + "' has no '" + name + "': it has wall_time and cpu_time");
    const Result<Duration> parsed = duration_of(std::string(key) + '.' + name, time);
    if (!parsed) return fail(parsed.error());
    (name == "wall_time" ? limit.wall : limit.cpu) = *parsed;
  }
  return {};
}

const std::vector<Key>& all_keys() {
  using Policy = js::SandboxPolicy;
  const auto all_times = [](std::string_view name, Duration js::TimeLimit::* which) -> Key {
    return {name, [=](Policy& policy, const Json& value) -> Result<void> {
              const Result<Duration> time = duration_of(name, value);
              if (!time) return fail(time.error());
              for (js::TimeLimit* limit : {&policy.evaluation, &policy.callback, &policy.checkpoint}) limit->*which = *time;
              return {};
            }};
  };
  const auto times = [](std::string_view name, js::TimeLimit Policy::* member) -> Key {
    return {name, [=](Policy& policy, const Json& value) { return time_limit(name, policy.*member, value); }};
  };
  // Those for all operations come before those for one.
  static const std::vector<Key> keys{
      all_times("wall_time", &js::TimeLimit::wall),
      all_times("cpu_time", &js::TimeLimit::cpu),
      times("evaluation", &Policy::evaluation),
      times("callback", &Policy::callback),
      times("checkpoint", &Policy::checkpoint),
      {"interrupt_interval",
       [](Policy& policy, const Json& value) -> Result<void> {
         const Result<Duration> time = duration_of("interrupt_interval", value);
         if (!time) return fail(time.error());
         policy.interrupt_interval = *time;
         return {};
       }},
      count("heap", &Policy::heap_bytes),
      count("output", &Policy::output_bytes),
      count("timers", &Policy::timers),
      count("tasks", &Policy::tasks),
      count("string_length", &Policy::string_length),
      count("array_length", &Policy::array_length),
      count("buffer_bytes", &Policy::buffer_bytes),
      right("eval", &Policy::eval),
      right("web_assembly", &Policy::web_assembly),
      right("shared_memory", &Policy::shared_memory),
      right("files", &Policy::files),
      right("modules", &Policy::modules),
      right("system", &Policy::system),
      right("workers", &Policy::workers),
      right("frozen_intrinsics", &Policy::frozen_intrinsics),
      names("builtin_modules", &Policy::builtin_modules),
      names("globals", &Policy::globals),
      {"tenant",
       [](Policy& policy, const Json& value) -> Result<void> {
         if (!value.is_string()) return fail(wrong("tenant", "a name", value));
         policy.tenant = value.get<std::string>();
         return {};
       }},
  };
  return keys;
}

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
  constexpr std::array kUnits{Unit{"ms", 1e6}, Unit{"s", 1e9}, Unit{"min", 60e9}, Unit{"us", 1e3}, Unit{"ns", 1}};
  if (const std::optional<double> ns = number_with_unit(text, kUnits)) return Duration(static_cast<Duration::rep>(*ns));
  return fail(Errc::invalid_argument, "'" + std::string(text) + "' is no time: 500ms, 2s, 1min");
}

Result<std::uint64_t> parse_bytes(std::string_view text) {
  constexpr double kKi = 1024, kK = 1000;
  constexpr std::array kUnits{
      Unit{"", 1},    Unit{"B", 1},        Unit{"KiB", kKi},        Unit{"MiB", kKi * kKi}, Unit{"GiB", kKi * kKi * kKi},
      Unit{"KB", kK}, Unit{"MB", kK * kK}, Unit{"GB", kK * kK * kK}};
  if (const std::optional<double> bytes = number_with_unit(text, kUnits)) return static_cast<std::uint64_t>(*bytes);
  return fail(Errc::invalid_argument, "'" + std::string(text) + "' is no size: 64MiB, 1GiB, 1000000");
}

Result<js::SandboxPolicy> parse_policy(std::string_view json, js::SandboxPolicy base) {
  const Json parsed = Json::parse(json, nullptr, false);
  if (parsed.is_discarded()) return fail(Errc::invalid_argument, "the policy is no JSON");
  if (!parsed.is_object()) return fail(Errc::invalid_argument, "the policy is no JSON object");
  for (const auto& [name, value] : parsed.items()) {
    if (std::ranges::any_of(all_keys(), [&name = name](const Key& key) { return key.name == name; })) continue;
    std::string known;
    for (const Key& key : all_keys()) known.append(known.empty() ? "" : ", ").append(key.name);
    return fail(Errc::invalid_argument, "a policy has no '" + name + "'; it has " + known);
  }
  for (const Key& key : all_keys()) {
    const auto found = parsed.find(key.name);
    if (found == parsed.end()) continue;
    if (const Result<void> applied = key.apply(base, *found); !applied) return fail(applied.error());
  }
  return base;
}

Result<js::SandboxPolicy> read_policy(const std::string& what) {
  if (what == kStrict) return js::SandboxPolicy::strict();
  if (what.starts_with('{')) return parse_policy(what, js::SandboxPolicy::strict());
  std::ifstream file(what);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf()))
    return fail(Errc::invalid_argument, "cannot read the policy '" + what +
                                            "': name a file with JSON, write the JSON itself, or nothing for the strict policy");
  Result<js::SandboxPolicy> policy = parse_policy(text.str(), js::SandboxPolicy::strict());
  if (!policy) return fail(policy.error().wrap(Errc::invalid_argument, what + ": " + std::string(policy.error().message())));
  return policy;
}

}  // namespace millrace::cli
