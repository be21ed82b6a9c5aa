// SubtleCrypto's half in C++: jobs that the built-ins fill, start and read (builtins/subtle_jobs.js).
#include <array>
#include <memory>
#include <string>
#include <utility>

#include <millrace/js/promise.h>

#include "js/crypto/subtle.h"
#include "js/host_functions.h"

namespace millrace::js {
namespace {

using crypto::Bytes;
using crypto::Job;
using crypto::KeyRef;

class JobBox final : public HostObject {
 public:
  explicit JobBox(std::shared_ptr<Job> given) noexcept : job(std::move(given)) {}
  const std::shared_ptr<Job> job;
};
class KeyBox final : public HostObject {
 public:
  explicit KeyBox(KeyRef given) noexcept : key(std::move(given)) {}
  const KeyRef key;
};

// The built-ins are ours, but memory safety does not depend on them.
const std::shared_ptr<Job>& job_at(HostCall& call, std::size_t n) {
  auto* const box = dynamic_cast<JobBox*>(call.engine().host_of(call.at(n)));
  MILLRACE_ASSERT(box != nullptr);
  return box->job;
}
KeyRef key_at(HostCall& call, std::size_t n) {
  const auto* const box = dynamic_cast<KeyBox*>(call.engine().host_of(call.at(n)));
  return box == nullptr ? KeyRef() : box->key;
}
/// What a finished job has; nothing while it may be at work.
const crypto::Outcome& outcome_at(HostCall& call) {
  const std::shared_ptr<Job>& job = job_at(call, 0);
  MILLRACE_ASSERT(job->started && job->answer);
  return *job->answer;
}
Local view_of(HostCall& call, Bytes& bytes, const std::shared_ptr<Job>& job) {
  if (bytes.empty()) return {};
  return call.engine().external_bytes(std::as_writable_bytes(std::span(bytes)), std::make_unique<JobBox>(job));
}
Bytes take_text(HostCall& call, std::size_t n) {
  std::string text = text_at(call, n);
  Bytes bytes(text.begin(), text.end());
  OPENSSL_cleanse(text.data(), text.size());
  return bytes;
}

}  // namespace

Local subtle_job(HostCall& call) {
  return call.engine().host_object(call.engine().null(), std::make_unique<JobBox>(std::make_shared<Job>()));
}

Local subtle_input(HostCall& call) {
  const std::shared_ptr<Job>& job = job_at(call, 0);
  const double size = call.engine().number_of(call.at(1));
  MILLRACE_ASSERT(!job->started && size >= 0);
  return view_of(call, job->request.inputs.emplace_back(static_cast<std::size_t>(size)), job);
}

Local subtle_start(HostCall& call) {
  RuntimeCore& core = core_of(call);
  const std::shared_ptr<Job>& job = job_at(call, 0);
  MILLRACE_ASSERT(!job->started);
  job->started = true;
  crypto::Request& request = job->request;
  request.operation = text_at(call, 1);
  request.variant = text_at(call, 2);
  for (std::size_t i = 0; i < 2; ++i) {
    const double number = call.engine().number_of(call.at(3 + i));
    request.numbers[i] = number > 0 ? number : 0;
    request.keys[i] = key_at(call, 5 + i);
  }
  for (std::size_t i = 7; i < call.count(); ++i) request.members.push_back(take_text(call, i));
  Local promise;
  {
    const ContextBridge::Call in_its_context(core.contexts());
    Scope scope(core);
    promise = Convert<Promise<void>>::to(scope, core.subtle().start(job));
  }
  core.cover_native_tasks();
  return promise;
}

Local subtle_failure(HostCall& call) {
  const std::shared_ptr<Job>& job = job_at(call, 0);
  if (job->answer) return {};
  Engine& engine = call.engine();
  return engine.array(std::array{engine.string(job->answer.error().name), engine.string(job->answer.error().text)});
}

Local subtle_bytes(HostCall& call) {
  static_cast<void>(outcome_at(call));
  const std::shared_ptr<Job>& job = job_at(call, 0);
  return view_of(call, job->answer->bytes, job);
}

Local subtle_number(HostCall& call) { return call.engine().number(outcome_at(call).number); }

Local subtle_key(HostCall& call) {
  const KeyRef& key = outcome_at(call).keys[call.engine().number_of(call.at(1)) == 0 ? 0 : 1];
  MILLRACE_ASSERT(key != nullptr);
  return call.engine().host_object(call.engine().null(), std::make_unique<KeyBox>(key));
}

Local subtle_members(HostCall& call) {
  LocalList locals(call.engine());
  for (const Bytes& member : outcome_at(call).members)
    locals.push(call.engine().narrow_string({reinterpret_cast<const char*>(member.data()), member.size()}));
  return call.engine().array(locals.items());
}

}  // namespace millrace::js
