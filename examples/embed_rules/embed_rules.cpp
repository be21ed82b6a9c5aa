// A rules engine: business rules are JavaScript files that people change without building the program. Rules see plain copies of C++ structs
// and answer with what they want changed. A folder of rules is loaded whole or not at all; a rule that fails is reported with its place and
// the other rules still count.
//
//   example_embed_rules examples/embed_rules
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include <millrace/js/runtime.h>

using millrace::Error, millrace::Result, millrace::fail;
namespace js = millrace::js;
namespace fs = std::filesystem;

struct Item {
  std::string sku;
  double price = 0;
  int quantity = 1;
};
struct Order {
  std::string customer;
  std::string country;
  std::vector<Item> items;
  std::optional<std::string> coupon;
};
/// What a rule wants. What it leaves out stays as it is.
struct Change {
  std::optional<double> discount_percent;
  std::optional<double> shipping;
  std::optional<std::string> reject;
};
template <>
inline constexpr auto js::fields<Item> =
    js::described(js::field("sku", &Item::sku), js::field("price", &Item::price), js::field("quantity", &Item::quantity));
template <>
inline constexpr auto js::fields<Order> =
    js::described(js::field("customer", &Order::customer), js::field("country", &Order::country), js::field("items", &Order::items),
                  js::field("coupon", &Order::coupon));
template <>
inline constexpr auto js::fields<Change> =
    js::described(js::field("discountPercent", &Change::discount_percent), js::field("shipping", &Change::shipping),
                  js::field("reject", &Change::reject));

struct Decision {
  double discount_percent = 0;
  double shipping = 9;
  std::optional<std::string> rejected;
  std::vector<std::string> problems;
};

/// "TypeError: ... (coupon.js:3)", as far as the error has a place.
std::string describe(const Error& error) {
  std::string text = error.message();
  if (const std::string_view file = error.context("file"); !file.empty())
    text.append(" (").append(file).append(":").append(error.context("line")).append(")");
  return text;
}

class RuleBook {
 public:
  explicit RuleBook(js::Runtime& runtime) : runtime_(runtime) {
    runtime_
        .set_function("rule",
                      [this](std::string name, js::Function check) { loading_.push_back({std::move(name), std::move(check)}); })
        .value();
  }

  /// Every .js file of `folder`, by name. On error the rules are those of before.
  Result<void> load(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder))
      if (entry.path().extension() == ".js") files.push_back(entry.path());
    std::ranges::sort(files);
    loading_.clear();
    for (const fs::path& file : files) {
      std::ostringstream source;
      source << std::ifstream(file).rdbuf();
      // A block, so that files may use the same names, and the same file may be loaded again.
      const Result<js::Value> done = runtime_.evaluate("{" + source.str() + "\n}", file.filename().string());
      if (!done) return fail(done.error());
    }
    rules_ = std::exchange(loading_, {});
    return {};
  }

  [[nodiscard]] Decision decide(const Order& order) const {
    Decision decision;
    for (const Rule& rule : rules_) {
      const auto change = rule.check.invoke<std::optional<Change>>(order);
      if (!change) {
        decision.problems.push_back("rule '" + rule.name + "': " + describe(change.error()));
      } else if (*change) {
        decision.discount_percent += (*change)->discount_percent.value_or(0);
        decision.shipping = (*change)->shipping.value_or(decision.shipping);
        if ((*change)->reject) decision.rejected = (*change)->reject;
      }
    }
    return decision;
  }
  [[nodiscard]] std::size_t size() const { return rules_.size(); }

 private:
  struct Rule {
    std::string name;
    js::Function check;
  };
  js::Runtime& runtime_;
  std::vector<Rule> rules_;
  std::vector<Rule> loading_;
};

int main(int count, char** arguments) {
  const fs::path folder = count > 1 ? arguments[1] : ".";
  const std::vector<Order> orders{{"Ada", "DE", {{"tea", 4, 30}}, "SPRING"}, {"Bob", "XX", {{"cake", 25}}, std::nullopt}};

  millrace::Loop loop;
  auto js = js::Runtime::create(loop).value();
  RuleBook book(*js);
  for (const char* day : {"monday", "tuesday", "wednesday"}) {
    const Result<void> loaded = book.load(folder / day);
    if (!loaded) std::cout << day << ": not loaded: " << describe(loaded.error()) << "\n";
    std::cout << day << ": " << book.size() << " rules\n";
    for (const Order& order : orders) {
      const Decision decision = book.decide(order);
      std::cout << "  " << order.customer << ": ";
      if (decision.rejected)
        std::cout << "rejected, " << *decision.rejected << "\n";
      else
        std::cout << decision.discount_percent << " % off, shipping " << decision.shipping << "\n";
      for (const std::string& problem : decision.problems) std::cout << "    " << problem << "\n";
    }
  }
}
