#include "subset/mariadb/address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace millrace::subset::mariadb {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(MariadbAddress, IsTakenApart) {
  const Address all = parse_address("mariadb://bo%40b:p%3Aw%2f@db.example:3307/sh%20op").value();
  EXPECT_EQ(all.user, "bo@b");
  EXPECT_EQ(all.password, "p:w/");
  EXPECT_EQ(all.host, "db.example");
  EXPECT_EQ(all.port, 3307);
  EXPECT_EQ(all.database, "sh op");
  EXPECT_EQ(all.name(), "mariadb://db.example:3307/sh op");
  EXPECT_EQ(parse_address("mysql://u@h/d").value().port, 3306) << "the port that servers have";
  EXPECT_EQ(parse_address("mysql://u:a:b@h/d").value().password, "a:b");
  EXPECT_EQ(parse_address("mysql://u:a@b@h/d").value().password, "a@b") << "the last @ ends it";
  const Address six = parse_address("mariadb://[::1]:3306/d").value();
  EXPECT_EQ(six.host, "::1");
  EXPECT_EQ(six.name(), "mariadb://[::1]:3306/d");
}

TEST(MariadbAddress, LocalhostIsTheSocketUnlessItHasAPort) {
  const Address socket = parse_address("mariadb://root@localhost/d?socket=/run/my%20s").value();
  EXPECT_EQ(socket.host, "");
  EXPECT_EQ(socket.socket, "/run/my s");
  EXPECT_EQ(socket.name(), "mariadb://localhost/d?socket=/run/my s");
  EXPECT_EQ(parse_address("mariadb://localhost/d").value().host, "");
  EXPECT_EQ(parse_address("mariadb:///d?socket=/s").value().socket, "/s");
  EXPECT_EQ(parse_address("mariadb://localhost:3306/d").value().host, "localhost");
}

TEST(MariadbAddress, ErrorsSayWhichPartIsWrongAndNotThePassword) {
  struct Case {
    std::string_view address, says;
  };
  for (const Case& one : {Case{"postgres://u:secret@h/d", "mariadb://"},
                          Case{"u:secret@h/d", "mariadb://"},
                          Case{"mariadb://u:secret@h", "no database"},
                          Case{"mariadb://u:secret@h/", "no database"},
                          Case{"mariadb://u:secret@h:0/d", "port"},
                          Case{"mariadb://u:secret@h:65536/d", "port"},
                          Case{"mariadb://u:secret@h:33x/d", "port"},
                          Case{"mariadb://u:secret@h:/d", "port"},
                          Case{"mariadb://u:secret@:3306/d", "without a host"},
                          Case{"mariadb://u:secret%4@h/d", "password"},
                          Case{"mariadb://u%zz:secret@h/d", "user"},
                          Case{"mariadb://u:secret%00@h/d", "NUL"},
                          Case{"mariadb://u:secret@::1/d", "brackets"},
                          Case{"mariadb://u:secret@[::1/d", "]"},
                          Case{"mariadb://u:secret@[::1]x/d", "]"},
                          Case{"mariadb://u:secret@h/d?tls=1", "socket"},
                          Case{"mariadb://u:secret@h/d?socket=", "without a path"},
                          Case{"mariadb://u:secret@h/d?socket=/s", "both a host and a socket"},
                          Case{"mariadb://u:sec#ret@h/d", "#"},
                          Case{"mariadb://u:sec/ret@h/d", "/"}}) {
    SCOPED_TRACE(one.address);
    const Result<Address> read = parse_address(one.address);
    ASSERT_FALSE(read);
    EXPECT_TRUE(read.error().matches(Errc::invalid_argument));
    EXPECT_THAT(read.error().message(), HasSubstr(one.says));
    EXPECT_THAT(read.error().to_string(), Not(HasSubstr("secret")));
  }
}

}  // namespace
}  // namespace millrace::subset::mariadb
