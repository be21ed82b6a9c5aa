#include "base/intrusive_list.h"

#include <gtest/gtest.h>

#include <deque>
#include <list>
#include <random>
#include <vector>

#include "support/test_seeds.h"

namespace millrace {
namespace {

struct Item {
  explicit Item(int v) : value(v) {}
  long padding = 0;  // so that the hook is not at the start
  int value;
  ListHook hook;
  ListHook other_hook;
};
using List = IntrusiveList<Item, &Item::hook>;
using OtherList = IntrusiveList<Item, &Item::other_hook>;

std::vector<int> take_all(List& list) {
  std::vector<int> values;
  while (Item* item = list.pop_front()) values.push_back(item->value);
  return values;
}

TEST(IntrusiveList, StartsEmpty) {
  List list;
  EXPECT_TRUE(list.empty());
  EXPECT_EQ(list.size(), 0u);
  EXPECT_EQ(list.front(), nullptr);
  EXPECT_EQ(list.pop_front(), nullptr);
}

TEST(IntrusiveList, IsFifoFromTheBackAndLifoFromTheFront) {
  Item a{1}, b{2}, c{3};
  List list;
  list.push_back(a);
  list.push_back(b);
  list.push_front(c);
  EXPECT_EQ(list.size(), 3u);
  EXPECT_EQ(list.front(), &c);
  EXPECT_EQ(take_all(list), (std::vector{3, 1, 2}));
  EXPECT_FALSE(a.hook.linked());
}

TEST(IntrusiveList, LetsAnElementLeaveByItselfFromAnyPlace) {
  for (int leaver = 0; leaver < 3; ++leaver) {
    std::deque<Item> items;
    List list;
    std::vector<int> rest;
    for (int i = 0; i < 3; ++i) {
      list.push_back(items.emplace_back(i));
      if (i != leaver) rest.push_back(i);
    }
    items[static_cast<std::size_t>(leaver)].hook.unlink();
    items[static_cast<std::size_t>(leaver)].hook.unlink();  // in no list: nothing happens
    EXPECT_EQ(take_all(list), rest);
  }
}

TEST(IntrusiveList, LetsAnElementStandInTwoListsThroughTwoHooks) {
  Item item{1};
  List list;
  OtherList other;
  list.push_back(item);
  other.push_back(item);
  EXPECT_EQ(list.pop_front(), &item);
  EXPECT_EQ(other.pop_front(), &item);
}

TEST(IntrusiveList, SplicesInOrderAndEmptiesTheOther) {
  Item a{1}, b{2}, c{3}, d{4};
  List first, second, none;
  first.push_back(a);
  first.push_back(b);
  second.push_back(c);
  second.push_back(d);
  first.splice_back(second);
  first.splice_back(none);
  EXPECT_TRUE(second.empty());
  second.splice_back(first);  // into an empty one
  EXPECT_TRUE(first.empty());
  EXPECT_EQ(take_all(second), (std::vector{1, 2, 3, 4}));
}

TEST(IntrusiveList, AgreesWithModel) {
  for (const std::uint64_t seed : testing::test_seeds(16)) {
    std::mt19937_64 random{seed};
    std::deque<Item> items;
    for (int i = 0; i < 20; ++i) items.emplace_back(i);
    List list;
    std::list<int> model;
    for (int step = 0; step < 500; ++step) {
      Item& item = items[random() % items.size()];
      switch (random() % 4) {
        case 0:
          if (item.hook.linked()) break;
          list.push_back(item);
          model.push_back(item.value);
          break;
        case 1:
          if (item.hook.linked()) break;
          list.push_front(item);
          model.push_front(item.value);
          break;
        case 2:
          item.hook.unlink();
          model.remove(item.value);
          break;
        default:
          if (const Item* front = list.pop_front(); front != nullptr) {
            ASSERT_EQ(front->value, model.front()) << "seed " << seed;
            model.pop_front();
          }
      }
      ASSERT_EQ(list.size(), model.size()) << "seed " << seed;
    }
    EXPECT_EQ(take_all(list), std::vector<int>(model.begin(), model.end())) << "seed " << seed;
  }
}

TEST(IntrusiveListDeathTest, LinkingTwiceEndsTheProcess) {
  EXPECT_DEATH(
      {
        Item item{1};
        List list;
        list.push_back(item);
        list.push_back(item);
      },
      "assertion failed");
}

TEST(IntrusiveListDeathTest, DestroyingALinkedElementEndsTheProcess) {
  EXPECT_DEATH(
      {
        List list;
        Item item{1};
        list.push_back(item);
      },
      "assertion failed");
}

TEST(IntrusiveListDeathTest, DestroyingAListThatStillHasElementsEndsTheProcess) {
  EXPECT_DEATH(
      {
        Item item{1};
        List list;
        list.push_back(item);
      },
      "assertion failed");
}

}  // namespace
}  // namespace millrace
