// The part of the `native` object that messages between runtimes and workers use (message_link.js, message_pack.js, worker_handle.js).
#include "js/workers/host_workers.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

#include "js/host_support.h"
#include "js/limits/sandbox_rights.h"

namespace millrace::js {
namespace {

/// An end that JavaScript owns: collected, it is closed.
struct LinkObject final : HostObject {
  explicit LinkObject(std::shared_ptr<LinkEnd> shared) noexcept : end(std::move(shared)) {}
  std::shared_ptr<LinkEnd> end;  ///< a worker's thread has that to its maker, too
};
/// A message that is packed and not sent yet.
struct PackedMessage final : HostObject {
  Message message;
};
/// What keeps the memory of a block while a buffer of JavaScript is made of it.
struct BlockOwner final : HostObject {
  explicit BlockOwner(std::shared_ptr<Block> kept) noexcept : block(std::move(kept)) {}
  std::shared_ptr<Block> block;
};
struct BytesOwner final : HostObject {
  explicit BytesOwner(std::vector<std::byte> kept) noexcept : bytes(std::move(kept)) {}
  std::vector<std::byte> bytes;
};

Local link_object(Engine& engine, LinkEnd end) {
  return engine.host_object({}, std::make_unique<LinkObject>(std::make_shared<LinkEnd>(std::move(end))));
}
LinkEnd& link_at(HostCall& call, std::size_t n) { return *static_cast<LinkObject*>(call.engine().host_of(call.at(n)))->end; }
std::size_t size_at(HostCall& call, std::size_t n) {
  return static_cast<std::size_t>(std::max(0.0, call.engine().number_of(call.at(n))));
}

/// () -> both ends of a new link.
Local link_pair(HostCall& call) {
  std::array<LinkEnd, 2> ends = LinkEnd::make_pair();
  LocalList objects(call.engine());
  for (LinkEnd& end : ends) objects.push(link_object(call.engine(), std::move(end)));
  return call.engine().array(objects.items());
}
/// (link, id)
Local link_listen(HostCall& call) {
  RuntimeCore& core = core_of(call);
  link_at(call, 0).listen({.door = core.public_loop().ingress(),
                           .runtime = std::static_pointer_cast<RuntimeCore>(core.shared_from_this()),
                           .id = call.engine().number_of(call.at(1))});
  return {};
}
Local link_ignore(HostCall& call) {
  link_at(call, 0).stop_listening();
  return {};
}
Local link_close(HostCall& call) {
  link_at(call, 0).close();
  return {};
}
/// (link, bytes of a message) -> 0: there is room; 1, 2: too many messages or bytes wait.
Local link_room(HostCall& call) { return call.engine().number(static_cast<double>(link_at(call, 0).room(size_at(call, 1)))); }

/// (size) -> [a Uint8Array over the memory of a new block, what stands for the block]. Once the message is packed, the memory is the receiver's.
Local make_block(HostCall& call) {
  Engine& engine = call.engine();
  auto block = std::make_shared<Block>(size_at(call, 0));
  LocalList both(engine);
  both.push(engine.external_bytes(block->bytes(), std::make_unique<BlockOwner>(block)));
  both.push(engine.host_object({}, std::make_unique<BlockOwner>(std::move(block))));
  return engine.array(both.items());
}
/// (a Uint8Array of ours, how much of it, blocks...) -> the message.
Local pack_message(HostCall& call) {
  auto packed = std::make_unique<PackedMessage>();
  const std::span<std::byte> bytes = call.engine().bytes_of(call.at(0));
  const std::size_t size = std::min(bytes.size(), size_at(call, 1));
  packed->message.bytes.assign(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
  for (std::size_t i = 2; i < call.count(); ++i)
    packed->message.blocks.push_back(std::move(static_cast<BlockOwner*>(call.engine().host_of(call.at(i)))->block));
  return call.engine().host_object({}, std::move(packed));
}
/// The packed message, with the ends that follow in the arguments from `first` on.
Message message_at(HostCall& call, std::size_t n, std::size_t first) {
  Message message = std::move(static_cast<PackedMessage*>(call.engine().host_of(call.at(n)))->message);
  for (std::size_t i = first; i < call.count(); ++i) {
    LinkEnd& end = link_at(call, i);
    end.stop_listening();
    message.ports.push_back(std::move(end));
  }
  return message;
}
/// (link, packed message, links that go with it...)
Local link_send(HostCall& call) {
  Message message = message_at(call, 1, 2);
  link_at(call, 0).send(std::move(message));
  return {};
}
/// (link, position, packed message, links that go with it...): into the link's own queue.
Local link_requeue(HostCall& call) {
  Message message = message_at(call, 2, 3);
  link_at(call, 0).requeue(size_at(call, 1), std::move(message));
  return {};
}

/// [bytes, blocks, links]
Local unpack(Engine& engine, Message message) {
  LocalList all(engine);
  auto owner = std::make_unique<BytesOwner>(std::move(message.bytes));
  const std::span<std::byte> bytes = owner->bytes;
  all.push(engine.external_bytes(bytes, std::move(owner)));
  {
    LocalList blocks(engine);
    for (std::shared_ptr<Block>& block : message.blocks) {
      const std::span<std::byte> memory = block->bytes();
      blocks.push(engine.external_bytes(memory, std::make_unique<BlockOwner>(std::move(block))));
    }
    all.push(engine.array(blocks.items()));
  }
  {
    LocalList links(engine);
    for (LinkEnd& end : message.ports) links.push(link_object(engine, std::move(end)));
    all.push(engine.array(links.items()));
  }
  return engine.array(all.items());
}
/// (link) -> the next message; null: the other end is closed; undefined: nothing.
Local link_take(HostCall& call) {
  LinkEnd::Taken taken = link_at(call, 0).take();
  if (taken.message != nullptr) return unpack(call.engine(), std::move(*taken.message));
  return taken.closed ? call.engine().null() : Local{};
}
/// (bytes of a message, start, characters, whether they have two bytes each) -> string.
Local message_text(HostCall& call) {
  const std::span<std::byte> bytes = call.engine().bytes_of(call.at(0));
  const std::size_t start = std::min(size_at(call, 1), bytes.size()), count = size_at(call, 2);
  const bool wide = call.engine().to_boolean(call.at(3));
  const std::span<std::byte> text = bytes.subspan(start, std::min(bytes.size() - start, wide ? count * 2 : count));
  if (!wide) return call.engine().narrow_string({reinterpret_cast<const char*>(text.data()), text.size()});
  std::u16string units(text.size() / 2, u'\0');
  if (!units.empty()) std::memcpy(units.data(), text.data(), units.size() * 2);
  return call.engine().string(units);
}

// Workers.

/// (source, whether it is a text, whether it is an ES module, name, made by node:worker_threads, link that the worker gets, packed message or
/// undefined) -> its number; -1: as many run as may.
Local start_worker(HostCall& call) {
  auto start = std::make_unique<detail::WorkerStart>();
  start->source = text_at(call, 0);
  start->is_code = call.engine().to_boolean(call.at(1));
  start->is_module = call.engine().to_boolean(call.at(2));
  start->name = text_at(call, 3);
  start->as_node = call.engine().to_boolean(call.at(4));
  start->link = std::make_shared<LinkEnd>(std::move(link_at(call, 5)));
  if (call.engine().host_of(call.at(6)) != nullptr) start->data = std::make_unique<Message>(message_at(call, 6, 7));
  const Result<std::uint32_t> number = core_of(call).workers().start(std::move(start));
  if (!number && number.error().code() == Errc::full) return call.engine().number(-1);
  return number ? call.engine().number(*number) : throw_error(call, number.error());
}
Local terminate_worker(HostCall& call) {
  core_of(call).workers().terminate(static_cast<std::uint32_t>(size_at(call, 0)));
  return {};
}
/// (number) -> [exit code, the limit that ended it, why it did not start]
Local collect_worker(HostCall& call) {
  const WorkerSet::Ended ended = core_of(call).workers().collect(static_cast<std::uint32_t>(size_at(call, 0)));
  Engine& engine = call.engine();
  return engine.array(std::array{engine.number(ended.exit_code), engine.string(ended.limit), engine.string(ended.error)});
}
Local workers_max(HostCall& call) { return call.engine().number(core_of(call).options().workers.workers_max); }
/// (exit code): the program ends when the current callback has.
Local end_program(HostCall& call) {
  core_of(call).end_after_this(exit_code_of(call.engine().number_of(call.at(0))));
  return {};
}

constexpr std::array kWorkerFunctions{
    HostEntry{"linkPair", link_pair},
    HostEntry{"linkListen", link_listen},
    HostEntry{"linkIgnore", link_ignore},
    HostEntry{"linkClose", link_close},
    HostEntry{"linkRoom", link_room},
    HostEntry{"linkSend", link_send},
    HostEntry{"linkRequeue", link_requeue},
    HostEntry{"linkTake", link_take},
    HostEntry{"makeBlock", make_block},
    HostEntry{"packMessage", pack_message},
    HostEntry{"messageText", message_text},
    HostEntry{"startWorker", start_worker},
    HostEntry{"terminateWorker", terminate_worker},
    HostEntry{"workersMax", workers_max},
    HostEntry{"collectWorker", collect_worker},
    HostEntry{"endProgram", end_program},
};

/// () -> an object with the functions above. Most programs send nothing to anybody, and start without them.
Local message_functions(HostCall& call) {
  RuntimeCore& core = core_of(call);
  const Local functions = call.engine().object();
  for (const HostEntry& entry : kWorkerFunctions) {
    const std::optional<SandboxPolicy>& policy = core.options().sandbox;
    const std::string_view right = policy ? missing_right(*policy, entry.name) : std::string_view();
    call.engine().set(
        functions, entry.name,
        call.engine().function("%" + std::string(entry.name), right.empty() ? entry.function : refusing(right), &core));
  }
  return functions;
}
constexpr std::array kFunctions{HostEntry{"messageFunctions", message_functions}};

}  // namespace

std::span<const HostEntry> worker_functions() noexcept { return kFunctions; }

Local worker_facts(Engine& engine, detail::WorkerStart& start) {
  const Local facts = engine.object();
  engine.set(facts, "number", engine.number(start.number));
  engine.set(facts, "name", engine.string(start.name));
  engine.set(facts, "module", engine.boolean(start.is_module));
  engine.set(facts, "code", engine.boolean(start.is_code));
  engine.set(facts, "node", engine.boolean(start.as_node));
  engine.set(facts, "link", engine.host_object({}, std::make_unique<LinkObject>(start.link)));
  if (start.data != nullptr) engine.set(facts, "data", unpack(engine, std::move(*std::exchange(start.data, nullptr))));
  return facts;
}

// What the runtime does for both.

void RuntimeCore::deliver_message(double link) noexcept {
  if (over()) return;
  run_callbacks(entries_.deliver_message, std::array{engine_->number(link)});
}

void RuntimeCore::worker_ended(double number) noexcept {
  if (over()) return;
  run_callbacks(entries_.worker_ended, std::array{engine_->number(number)});
}

void RuntimeCore::write_for_worker(int fd, std::string_view bytes) {
  if (engine_ == nullptr || !options_.output) return;
  options_.output(fd, bytes);
  cover_native_tasks();
}

}  // namespace millrace::js
