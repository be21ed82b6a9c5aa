#include <curl/curl.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

#include <millrace/observe/otlp_http.h>
#include <millrace/version.h>

#include "observe/otlp/gzip.h"

namespace millrace::observe {
namespace {

struct CleanUp {
  void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};
using Headers = std::unique_ptr<curl_slist, CleanUp>;

bool add(Headers& headers, const std::string& line) {
  curl_slist* longer = curl_slist_append(headers.get(), line.c_str());
  if (longer == nullptr) return false;
  (void)headers.release();
  headers.reset(longer);
  return true;
}

/// libcurl counts these, so every transport may call both.
struct Library {
  bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  Library() = default;
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
  ~Library() {
    if (ready) curl_global_cleanup();
  }
};

/// What may pass by itself. A request that broke off may have arrived; sending spans twice is the smaller evil, and the protocol's choice.
bool transient(CURLcode code) noexcept {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM: return true;
    default: return false;
  }
}

class CurlTransport final : public OtlpTransport {
 public:
  explicit CurlTransport(OtlpHttpOptions options) : options_(std::move(options)), handle_(curl_easy_init()) {}
  [[nodiscard]] bool ready() const noexcept { return library_.ready && handle_ != nullptr; }

  Result<OtlpReply> post(const OtlpRequest& request) override;
  void cancel() noexcept override {
    cancelled_.store(true, std::memory_order_relaxed);
  }  // a flag of its own; read by on_progress()

 private:
  [[nodiscard]] Result<Headers> headers_of(const OtlpRequest& request) const;
  void set_up(const OtlpRequest& request, std::string_view body, curl_slist* headers);
  [[nodiscard]] Result<OtlpReply> reply() const;
  [[nodiscard]] Error failure(CURLcode code) const;

  template <typename T>
  void set(CURLoption option, T value) {
    curl_easy_setopt(handle_.get(), option, value);
  }
  static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* self);
  static int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) noexcept {
    return static_cast<CurlTransport*>(self)->cancelled_.load(std::memory_order_relaxed) ? 1 : 0;  // not zero ends the transfer
  }

  Library library_;  // first: the handle goes before it
  const OtlpHttpOptions options_;
  std::unique_ptr<CURL, CleanUp> handle_;  // kept, so that its connection is
  std::atomic<bool> cancelled_{false};
  std::string received_;
  char error_text_[CURL_ERROR_SIZE] = {};
};

std::size_t CurlTransport::on_body(char* bytes, std::size_t size, std::size_t count, void* self) {
  auto& transport = *static_cast<CurlTransport*>(self);
  const std::size_t room = transport.options_.reply_max - transport.received_.size();
  try {
    transport.received_.append(bytes, std::min(size * count, room));
  } catch (...) {
    return 0;  // ends the transfer with an error: no exception may cross libcurl
  }
  return size * count;  // what has no room is read and forgotten, so that the connection can be used again
}

Result<Headers> CurlTransport::headers_of(const OtlpRequest& request) const {
  Headers headers;
  bool complete = add(headers, "Content-Type: " + std::string(request.content_type));
  complete = complete && add(headers, "Expect:");  // not to wait for "100 Continue"
  if (options_.gzip) complete = complete && add(headers, "Content-Encoding: gzip");
  for (const auto& [name, value] : options_.headers)
    complete = complete && add(headers, value.empty() ? name + ";" : name + ": " + value);  // libcurl's way to send an empty one
  if (!complete) return fail(Error(std::make_error_code(std::errc::not_enough_memory), "headers could not be made"));
  return headers;
}

void CurlTransport::set_up(const OtlpRequest& request, std::string_view body, curl_slist* headers) {
  using std::chrono::ceil, std::chrono::milliseconds;
  const Duration limit = std::max<Duration>(request.time_limit, milliseconds{1});  // zero would mean none
  curl_easy_reset(handle_.get());                                                  // keeps connections
  set(CURLOPT_URL, (request.signal == OtlpSignal::traces ? options_.traces_url : options_.metrics_url).c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  if (!options_.ca_file.empty()) set(CURLOPT_CAINFO, options_.ca_file.c_str());
  set(CURLOPT_PROXY, options_.proxy.c_str());  // an empty one also keeps libcurl from looking into the environment
  set(CURLOPT_NOSIGNAL, 1L);                   // signals are the program's
  set(CURLOPT_POST, 1L);
  set(CURLOPT_POSTFIELDS, body.data());  // NOLINT(bugprone-suspicious-stringview-data-usage): the size is the next option
  set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  set(CURLOPT_HTTPHEADER, headers);
  set(CURLOPT_USERAGENT, ("millrace/" + std::string(kVersion)).c_str());
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(ceil<milliseconds>(limit).count()));
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(ceil<milliseconds>(std::min(limit, options_.connect_time_max)).count()));
  set(CURLOPT_WRITEFUNCTION, &on_body);
  set(CURLOPT_WRITEDATA, static_cast<void*>(this));
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, &on_progress);
  set(CURLOPT_XFERINFODATA, static_cast<void*>(this));
  set(CURLOPT_ERRORBUFFER, &error_text_[0]);
}

Result<OtlpReply> CurlTransport::post(const OtlpRequest& request) {
  if (cancelled_.load(std::memory_order_relaxed)) return fail(Errc::aborted, "requests were cancelled");
  const auto headers = headers_of(request);
  if (!headers) return fail(headers.error());
  std::string compressed;
  if (options_.gzip) {
    auto smaller = gzipped(request.body);
    if (!smaller) return fail(std::move(smaller).error());
    compressed = *std::move(smaller);
  }
  received_.clear();
  error_text_[0] = '\0';
  set_up(request, options_.gzip ? std::string_view(compressed) : request.body, headers->get());
  const CURLcode code = curl_easy_perform(handle_.get());
  if (code != CURLE_OK) return fail(failure(code));
  return reply();
}

Error CurlTransport::failure(CURLcode code) const {
  const std::string text =
      std::string("the request failed: ") + (error_text_[0] != '\0' ? &error_text_[0] : curl_easy_strerror(code));
  if (code == CURLE_ABORTED_BY_CALLBACK) return {Errc::aborted, "requests were cancelled"};
  const std::error_code reason =
      code == CURLE_OPERATION_TIMEDOUT ? make_error_code(Errc::timed_out) : std::make_error_code(std::errc::io_error);
  const Error error = Error(reason, text).with("curl", std::to_string(static_cast<int>(code)));
  return transient(code) ? error.with_retry({.retryable = true, .after = {}}) : error;
}

Result<OtlpReply> CurlTransport::reply() const {
  OtlpReply reply{.status = 0, .content_type = {}, .retry_after = {}, .body = received_};
  long status = 0;
  curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
  reply.status = static_cast<int>(status);
  const char* type = nullptr;
  curl_easy_getinfo(handle_.get(), CURLINFO_CONTENT_TYPE, &type);
  if (type != nullptr) reply.content_type = type;
  curl_header* header = nullptr;
  if (curl_easy_header(handle_.get(), "Retry-After", 0, CURLH_HEADER, -1, &header) == CURLHE_OK) reply.retry_after = header->value;
  return reply;
}

}  // namespace

Result<std::unique_ptr<OtlpTransport>> make_otlp_http(OtlpHttpOptions options) {
  if (auto checked = options.check(); !checked) return fail(std::move(checked).error());
  auto transport = std::make_unique<CurlTransport>(std::move(options));
  if (!transport->ready()) return fail(Errc::unsupported, "libcurl could not be set up");
  return transport;
}

}  // namespace millrace::observe
