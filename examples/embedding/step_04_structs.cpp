#include <iostream>
#include <map>

#include <millrace/js/runtime.h>

namespace js = millrace::js;

enum class Size { small, large };
struct Item {
  std::string name;
  Size size = Size::small;
  int count = 1;
};
struct Order {
  std::string customer;
  std::vector<Item> items;
  std::optional<std::string> note;
};
template <>
inline constexpr auto js::enumerators<Size> = js::named<Size>({{"small", Size::small}, {"large", Size::large}});
template <>
inline constexpr auto js::fields<Item> =
    js::described(js::field("name", &Item::name), js::field("size", &Item::size), js::field_or_default("count", &Item::count));
template <>
inline constexpr auto js::fields<Order> =
    js::described(js::field("customer", &Order::customer), js::field("items", &Order::items), js::field("note", &Order::note));

int main() {
  millrace::Loop loop;
  auto js = js::Runtime::create(loop).value();
  js->set_function("counts", [](const Order& order) {
      std::map<std::string, int> counts;
      for (const Item& item : order.items) counts[item.name] += item.count;
      return counts;
    }).value();
  js->global().set("order", Order{"Ada", {{"tea", Size::large, 2}, {"cake"}}, std::nullopt}).value();
  js->evaluate(R"(
    console.log(JSON.stringify(order));
    console.log(JSON.stringify(counts({ customer: 'Bob', items: [{ name: 'tea', size: 'small' }] })));
    try {
      counts({ customer: 'Bob', items: [{ name: 'tea', size: 'huge' }] });
    } catch (error) { console.log(error.message) }
  )")
      .value();
}
