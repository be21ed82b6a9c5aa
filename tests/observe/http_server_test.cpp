#include "observe/http/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <stdexcept>
#include <thread>

#include "observe/http_client.h"

namespace millrace::observe {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

HttpServer::Route says(std::string path, std::string body) {
  return {.path = std::move(path), .handler = [body = std::move(body)](const HttpRequest&) { return HttpResponse{.body = body}; }};
}

std::unique_ptr<HttpServer> start(HttpServerOptions options, std::vector<HttpServer::Route> routes) {
  return unwrap(HttpServer::start(std::move(options), std::move(routes)));
}

TEST(HttpServer, ServesItsRoutesAndNothingElse) {
  const auto server = start({}, {says("/a", "one"), says("/b", "two")});
  EXPECT_THAT(get(server->port(), "/a"), StartsWith("HTTP/1.1 200"));
  EXPECT_EQ(body_of(get(server->port(), "/a")), "one");
  EXPECT_EQ(body_of(get(server->port(), "/b?x=1")), "two");
  for (const char* const path : {"/", "/a/", "/A", "/c", "//a", "/a/../b", "/../../etc/passwd"})
    EXPECT_THAT(get(server->port(), path), StartsWith("HTTP/1.1 404")) << path;
  EXPECT_EQ(server->figures().requests, 3U);
  EXPECT_EQ(server->figures().refused, 7U);
}

TEST(HttpServer, TellsHandlersWhatWasAsked) {
  const auto server =
      start({}, {{.path = "/echo", .handler = [](const HttpRequest& request) {
                    return HttpResponse{.status = 202,
                                        .body = request.method + " " + request.path + " " + request.header("x-ONE") + " " +
                                                request.parameter("q") + " " + request.header("absent") + ".",
                                        .headers = {{"X-Two", "2"}}};
                  }}});
  const std::string answer = get(server->port(), "/echo?q=a%20b", "X-One: 1\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 202"));
  EXPECT_THAT(answer, HasSubstr("X-Two: 2\r\n"));
  EXPECT_EQ(body_of(answer), "GET /echo 1 a b .");
}

TEST(HttpServer, HeadHasTheHeadersWithoutTheBody) {
  const auto server = start({}, {says("/a", "four")});
  const std::string answer = round_trip(server->port(), "HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(answer, HasSubstr("Content-Length: 4\r\n"));
  EXPECT_EQ(body_of(answer), "");
}

TEST(HttpServer, OtherMethodsAreNotAllowed) {
  const auto server = start({}, {says("/a", "x")});
  for (const std::string method : {"POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"}) {
    const std::string answer = round_trip(server->port(), method + " /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 405")) << method;
    EXPECT_THAT(answer, HasSubstr("Allow: GET, HEAD\r\n")) << method;
  }
  EXPECT_EQ(server->figures().requests, 0U);
}

TEST(HttpServer, MalformedRequestsAreRefusedAndHurtNobody) {
  const auto server = start({}, {says("/a", "x")});
  for (const std::string& request :
       {std::string("nonsense\r\n\r\n"), std::string("GET\r\n\r\n"), std::string("BREW /a HTTP/1.1\r\n\r\n"),
        std::string("GET /a HTTP/9.9\r\n\r\n"), std::string("\r\n\r\n"), std::string("GET /a\0b HTTP/1.1\r\n\r\n", 21),
        std::string(3, '\xFF') + "\r\n\r\n"})
    EXPECT_THAT(round_trip(server->port(), request), Not(HasSubstr(" 200 "))) << request;
  EXPECT_EQ(body_of(get(server->port(), "/a")), "x");
}

TEST(HttpServer, PartsAndCompressionAreNotOffered) {
  const auto server = start({}, {says("/a", std::string(5'000, 'x'))});
  const std::string answer = get(server->port(), "/a", "Range: bytes=0-1,0-1,0-1\r\nAccept-Encoding: gzip, br\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200"));
  EXPECT_EQ(body_of(answer), std::string(5'000, 'x'));
}

TEST(HttpServer, AsksForItsToken) {
  std::vector<HttpServer::Route> routes{says("/a", "secret"), says("/open", "public")};
  routes[1].access = HttpAccess::open;
  const auto server = start({.address = "0.0.0.0", .token = "T0ken-of.any_kind~"}, std::move(routes));
  for (const char* const header : {"", "Authorization: Bearer\r\n", "Authorization: Bearer \r\n", "Authorization: Bearer T0ken\r\n",
                                   "Authorization: Bearer T0ken-of.any_kind~~\r\n", "Authorization: Basic T0ken-of.any_kind~\r\n",
                                   "X-Authorization: Bearer T0ken-of.any_kind~\r\n"}) {
    const std::string answer = get(server->port(), "/a", header);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 401")) << header;
    EXPECT_THAT(answer, HasSubstr("WWW-Authenticate: Bearer\r\n"));
    EXPECT_THAT(get(server->port(), "/absent", header), StartsWith("HTTP/1.1 401")) << "what is there is not told";
  }
  EXPECT_EQ(body_of(get(server->port(), "/a", "Authorization: Bearer T0ken-of.any_kind~\r\n")), "secret");
  EXPECT_EQ(body_of(get(server->port(), "/a", "authorization: bearer T0ken-of.any_kind~\r\n")), "secret");
  EXPECT_EQ(body_of(get(server->port(), "/open")), "public");
}

TEST(HttpServer, RefusesToStartInTheOpenWithoutAToken) {
  for (const char* const address : {"0.0.0.0", "::", "192.0.2.1", "::ffff:192.0.2.1"}) {
    const auto result = HttpServer::start({.address = address}, {});
    ASSERT_FALSE(result) << address;
    EXPECT_EQ(result.error().code(), make_error_code(Errc::invalid_argument));
    EXPECT_THAT(result.error().message(), HasSubstr("a token is needed"));
  }
  EXPECT_THAT(HttpServer::start({.address = "localhost"}, {}).error().message(),
              HasSubstr("'localhost' is not an IPv4 or IPv6 address"));
  EXPECT_THAT(HttpServer::start({.token = "a b"}, {}).error().message(), HasSubstr("token"));
  EXPECT_FALSE(HttpServer::start({.connections_max = 0}, {}));
  EXPECT_TRUE(HttpServer::start({.address = "127.1.2.3"}, {}).has_value());
}

TEST(HttpServer, TwoServersDoNotShareAPort) {
  const auto server = start({}, {});
  const auto second = HttpServer::start({.port = server->port()}, {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), std::error_code(EADDRINUSE, std::system_category()));
  EXPECT_EQ(second.error().context("port"), std::to_string(server->port()));
}

TEST(HttpServer, AHandlerThatThrowsIsStatus500AndItsWordsStayHere) {
  const auto server =
      start({}, {{.path = "/a", .handler = [](const HttpRequest&) -> HttpResponse { throw std::runtime_error("password"); }},
                 {.path = "/b", .handler = [](const HttpRequest&) -> HttpResponse { throw 7; }}});
  for (const char* const path : {"/a", "/b"}) {
    const std::string answer = get(server->port(), path);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 500"));
    EXPECT_THAT(answer, Not(HasSubstr("password")));
  }
  EXPECT_EQ(server->figures().failures, 2U);
}

TEST(HttpServer, MoreConnectionsThanTheLimitAreToldSo) {
  std::promise<void> release;
  std::atomic<int> inside{0};
  const auto server =
      start({.connections_max = 2}, {{.path = "/wait", .handler = [&, gate = release.get_future().share()](const HttpRequest&) {
                                        ++inside;
                                        gate.wait();
                                        return HttpResponse{.body = "late"};
                                      }}});
  auto first = std::async(std::launch::async, [&] { return get(server->port(), "/wait"); });
  auto second = std::async(std::launch::async, [&] { return get(server->port(), "/wait"); });
  while (inside != 2) std::this_thread::yield();
  const std::string third = get(server->port(), "/wait");
  release.set_value();
  EXPECT_THAT(third, StartsWith("HTTP/1.1 503"));
  EXPECT_THAT(third, HasSubstr("Retry-After: 1"));
  EXPECT_EQ(body_of(first.get()), "late");
  EXPECT_EQ(body_of(second.get()), "late");
  EXPECT_EQ(server->figures().busy, 1U);
  // A place is free once the server has seen that the client is gone.
  std::string again;
  for (int i = 0; i < 1'000 && body_of(again) != "late"; ++i) again = get(server->port(), "/wait");
  EXPECT_EQ(body_of(again), "late");
}

TEST(HttpServer, ARequestThatIsTooLongOrTooSlowIsEnded) {
  const auto server = start({.request_bytes_max = 1'000, .request_time_max = milliseconds{60}}, {says("/a", "x")});
  EXPECT_THAT(get(server->port(), "/a", "X: " + std::string(2'000, 'y') + "\r\n"), Not(HasSubstr(" 200 ")));
  EXPECT_THAT(get(server->port(), "/a", "X: " + std::string(500, 'y') + "\r\n"), HasSubstr(" 200 "));
  const HttpClient silent(server->port());
  EXPECT_THAT(silent.receive(), Not(HasSubstr("waited too long")));
  // One byte now and then is not quick enough either.
  const HttpClient slow(server->port());
  std::jthread drip([&slow](const std::stop_token& stop) {
    while (!stop.stop_requested() && slow.send("G")) std::this_thread::sleep_for(milliseconds{5});
  });
  EXPECT_THAT(slow.receive(), Not(HasSubstr("waited too long")));
  EXPECT_EQ(body_of(get(server->port(), "/a")), "x");
}

TEST(HttpServer, AClientThatTakesNothingIsGivenUp) {
  const auto server = start({.connections_max = 1, .write_time_max = milliseconds{60}},
                            {says("/big", std::string(64 << 20, 'x')), says("/a", "x")});
  const HttpClient client(server->port());
  client.send("GET /big HTTP/1.1\r\n\r\n");
  std::string answer;
  for (int i = 0; i < 2'000 && body_of(answer) != "x"; ++i) {
    answer = get(server->port(), "/a");
    std::this_thread::sleep_for(milliseconds{5});
  }
  EXPECT_EQ(body_of(answer), "x") << "the only place is free again";
}

TEST(HttpServer, StreamsPiecesAsTheyCome) {
  std::promise<void> more;
  const auto server =
      start({}, {{.path = "/events", .handler = [gate = more.get_future().share()](const HttpRequest&) {
                    return HttpResponse{.content_type = "text/event-stream",
                                        .stream = [gate, n = 0](std::string& piece, const std::stop_token&) mutable {
                                          if (n == 1) gate.wait();
                                          piece = "data: " + std::to_string(n++) + "\n\n";
                                          return n < 3;
                                        }};
                  }}});
  const HttpClient client(server->port());
  client.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string first = client.receive("data: 0\n\n");
  EXPECT_THAT(first, HasSubstr("Content-Type: text/event-stream"));
  EXPECT_THAT(first, HasSubstr("data: 0\n\n")) << "sent before the next is there";
  more.set_value();
  const std::string rest = client.receive();
  EXPECT_THAT(rest, HasSubstr("data: 1\n\n"));
  EXPECT_THAT(rest, HasSubstr("data: 2\n\n"));
  EXPECT_THAT(rest, HasSubstr("\r\n0\r\n\r\n"));
}

TEST(HttpServer, StopEndsStreamsAndSilentClients) {
  std::promise<void> inside;
  const auto server =
      start({}, {{.path = "/events", .handler = [&inside](const HttpRequest&) {
                    return HttpResponse{.stream = [&inside, told = false](std::string& piece, const std::stop_token& stop) mutable {
                      if (!std::exchange(told, true)) inside.set_value();
                      while (!stop.stop_requested()) std::this_thread::sleep_for(milliseconds{1});
                      piece = "end";
                      return true;
                    }};
                  }}});
  const HttpClient silent(server->port());
  const HttpClient client(server->port());
  client.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
  inside.get_future().wait();
  const auto begin = std::chrono::steady_clock::now();
  server->stop();
  server->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds{4}) << "before any time limit of a request";
  EXPECT_FALSE(HttpClient(server->port()).connected());
  EXPECT_THAT(client.receive(), Not(HasSubstr("waited too long")));
}

TEST(HttpServer, StartsAndStopsUnderLoad) {
  for (int round = 0; round < 20; ++round) {
    const auto server = start({.connections_max = 4}, {says("/a", "x")});
    std::vector<std::jthread> clients;
    for (int i = 0; i < 4; ++i)
      clients.emplace_back([port = server->port()] {
        for (int n = 0; n < 5; ++n) (void)get(port, "/a");
      });
    if (round % 2 == 0) clients.clear();
    server->stop();
  }
}

}  // namespace
}  // namespace millrace::observe
