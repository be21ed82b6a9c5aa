#include "js/workers/message_link.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace millrace::js {
namespace {

Message message_of(std::string_view text) {
  Message message;
  for (const char c : text) message.bytes.push_back(static_cast<std::byte>(c));
  return message;
}
std::string text_of(const LinkEnd::Taken& taken) {
  if (taken.message == nullptr) return taken.closed ? "closed" : "nothing";
  return {reinterpret_cast<const char*>(taken.message->bytes.data()), taken.message->bytes.size()};
}

TEST(MessageLink, EachEndGetsWhatTheOtherSentInOrder) {
  auto [a, b] = LinkEnd::make_pair();
  a.send(message_of("1"));
  a.send(message_of("2"));
  b.send(message_of("back"));
  EXPECT_EQ(text_of(b.take()), "1");
  EXPECT_EQ(text_of(b.take()), "2");
  EXPECT_EQ(text_of(b.take()), "nothing");
  EXPECT_EQ(text_of(a.take()), "back");
}

TEST(MessageLink, ACloseIsToldOnceBehindWhatWaits) {
  auto [a, b] = LinkEnd::make_pair();
  a.send(message_of("last"));
  a.close();
  a.close();
  a.send(message_of("nobody"));
  b.send(message_of("to nobody"));
  EXPECT_EQ(text_of(b.take()), "last");
  EXPECT_EQ(text_of(b.take()), "closed");
  EXPECT_EQ(text_of(b.take()), "nothing");
  EXPECT_EQ(text_of(a.take()), "nothing");
}

TEST(MessageLink, AMovedEndTakesItsQueueAlong) {
  auto [a, b] = LinkEnd::make_pair();
  a.send(message_of("2"));
  b.requeue(0, message_of("0"));
  b.requeue(1, message_of("1"));
  LinkEnd moved = std::move(b);
  a.send(message_of("3"));
  for (const char* const expected : {"0", "1", "2", "3", "nothing"}) EXPECT_EQ(text_of(moved.take()), expected);
  {
    const LinkEnd gone = std::move(moved);
  }
  EXPECT_EQ(text_of(a.take()), "closed");
}

TEST(MessageLink, ItsRoomIsBounded) {
  auto [a, b] = LinkEnd::make_pair();
  EXPECT_EQ(a.room(LinkEnd::kBytesMax * 2), LinkEnd::Room::enough) << "one alone may be larger than what may wait";
  for (std::size_t i = 0; i < LinkEnd::kMessagesMax; ++i) {
    ASSERT_EQ(a.room(1), LinkEnd::Room::enough);
    a.send(message_of("x"));
  }
  EXPECT_EQ(a.room(1), LinkEnd::Room::messages_max);
  EXPECT_EQ(a.room(LinkEnd::kBytesMax), LinkEnd::Room::messages_max);
  static_cast<void>(b.take());
  EXPECT_EQ(a.room(1), LinkEnd::Room::enough);
  EXPECT_EQ(a.room(LinkEnd::kBytesMax), LinkEnd::Room::bytes_max);
  EXPECT_EQ(b.room(1), LinkEnd::Room::enough) << "each direction has its own";
}

TEST(MessageLink, ItsOwnEndsAreNotSentThroughIt) {
  auto [a, b] = LinkEnd::make_pair();
  Message doomed = message_of("with the receiver");
  doomed.ports.push_back(std::move(b));
  a.send(std::move(doomed));
  EXPECT_EQ(text_of(a.take()), "closed");
}

TEST(MessageLink, EndsThatWaitAreClosedWithTheQueueTheyAreIn) {
  auto [a, b] = LinkEnd::make_pair();
  auto [c, d] = LinkEnd::make_pair();
  Message message = message_of("a port");
  message.ports.push_back(std::move(d));
  a.send(std::move(message));
  b.close();
  EXPECT_EQ(text_of(c.take()), "closed");
}

TEST(MessageLink, TwoThreadsLoseNothing) {
  constexpr int kMessages = 20'000;
  auto [a, b] = LinkEnd::make_pair();
  std::jthread sender([end = std::move(a)]() mutable {
    for (int i = 0; i < kMessages; ++i) {
      while (end.room(8) != LinkEnd::Room::enough) std::this_thread::yield();
      end.send(message_of(std::to_string(i)));
    }
  });
  int expected = 0;
  for (;;) {
    const LinkEnd::Taken taken = b.take();
    if (taken.closed) break;
    if (taken.message == nullptr) continue;
    ASSERT_EQ(text_of(taken), std::to_string(expected++));
  }
  EXPECT_EQ(expected, kMessages);
}

}  // namespace
}  // namespace millrace::js
