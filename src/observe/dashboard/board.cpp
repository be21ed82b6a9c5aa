#include "observe/dashboard/board.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include <millrace/observe/redacted.h>

#include "observe/redacted/values.h"

namespace millrace::observe {

namespace {

using detail::JsonWriter;

constexpr unsigned kVersion = 1;  // of the JSON; see docs/dashboard.md
/// The longest wait of a stream: it is also how soon a client that has gone is noticed, and how often silence is told.
constexpr Duration kSliceMax = std::chrono::seconds{1};

std::string event(std::string_view name, std::string_view data) {
  std::string text;
  text.reserve(name.size() + data.size() + 16);
  text.append("event: ").append(name).append("\ndata: ").append(data).append("\n\n");
  return text;
}

}  // namespace

Board::Board(About about) : about_(masked(std::move(about))), began_(clock_.now()) {}

Board::About Board::masked(About about) {
  about.title = redacted(about.title, about.redactor);
  about.details = redacted(about.details, about.redactor);
  return about;
}

void Board::publish(DashboardFrame frame) {
  if (about_.redactor != nullptr) detail::redact_frame(frame, *about_.redactor);
  auto latest = std::make_shared<Latest>();
  std::uint64_t sequence = 0;
  {
    const std::lock_guard lock(mutex_);
    sequence = sequence_ + 1;
  }
  latest->row = std::make_shared<const FrameRow>(row_of(sequence, frame));
  latest->lists = lists_of(frame);
  latest->at = clock_.now();
  std::shared_ptr<const Latest> before;  // freed outside of the lock
  {
    const std::lock_guard lock(mutex_);
    if (ended_) return;
    sequence_ = sequence;
    history_.push_back(latest->row);
    if (history_.size() > about_.history_max) history_.pop_front();
    before = std::exchange(latest_, std::move(latest));
  }
  changed_.notify_all();
}

void Board::stalled(const Stall& stall) {
  Stall shown = stall;
  if (about_.redactor != nullptr) detail::redact_stall(shown, *about_.redactor);
  {
    const std::lock_guard lock(mutex_);
    if (stall.over)
      stall_.reset();
    else
      stall_ = std::move(shown);
  }
  changed_.notify_all();
}

void Board::end() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
}

std::uint64_t Board::frames() const {
  const std::lock_guard lock(mutex_);
  return sequence_;
}

const std::string& Board::Latest::json() const {
  std::call_once(once, [this] {
    JsonWriter json;
    json.object([&] {
      write_row(json, *row);
      write_lists(json, lists);
    });
    text = json.take();
  });
  return text;
}

Board::Moment Board::moment_locked() const {
  Moment moment{.latest = latest_, .stall = stall_, .ended = ended_};
  moment.age = clock_.now() - (latest_ ? latest_->at : began_);
  moment.responding = !ended_ && moment.age < about_.stale_after;
  return moment;
}

void Board::write_about(JsonWriter& json) const {
  json.key("version").integer(kVersion);
  json.key("title").text(about_.title);
  json.key("details").text(about_.details);
  json.key("interval_s").duration(about_.interval);
  json.key("metrics").boolean(about_.metrics);
  write_band_ends(json.key("bands_s"));
}

void Board::write_status(JsonWriter& json, const Moment& moment) {
  json.key("responding").boolean(moment.responding);
  json.key("ended").boolean(moment.ended);
  json.key("age_s").duration(moment.age);
  json.key("stall");
  json.optional(moment.stall, [&](const Stall& stall) { write_stall(json, stall); });
}

std::string Board::snapshot_json() const {
  Moment moment;
  {
    const std::lock_guard lock(mutex_);
    moment = moment_locked();
  }
  JsonWriter json;
  json.object([&] {
    write_about(json);
    write_status(json, moment);
    json.key("frame");
    if (moment.latest)
      json.raw(moment.latest->json());
    else
      json.null();
  });
  return json.take();
}

std::string Board::hello() const {
  std::vector<std::shared_ptr<const FrameRow>> rows;
  {
    const std::lock_guard lock(mutex_);
    rows.assign(history_.begin(), history_.end());
  }
  JsonWriter json;
  json.object([&] {
    write_about(json);
    json.key("history").list(rows, [&](const auto& row) { json.object([&] { write_row(json, *row); }); });
  });
  return json.take();
}

std::string Board::next_events(Cursor& cursor, const std::stop_token& stop) {
  if (!std::exchange(cursor.greeted, true)) return event("hello", hello());
  Moment moment;
  {
    std::unique_lock lock(mutex_);
    const auto news = [&] {
      if (ended_ || sequence_ != cursor.sequence) return true;
      // Silence is told when it begins, and then once in a while, as it grows.
      return !moment_locked().responding && (!cursor.silent || clock_.now() - cursor.silence_told >= kSliceMax);
    };
    // Nobody notifies when a frame becomes stale.
    const Duration until_stale = about_.stale_after - moment_locked().age;
    const Duration slice = until_stale > Duration::zero() ? std::min(until_stale, kSliceMax) : kSliceMax;
    if (!changed_.wait_for(lock, stop, slice, news)) return {};
    moment = moment_locked();
  }
  std::string text;
  if (moment.latest && moment.latest->row->sequence != cursor.sequence) {
    cursor.sequence = moment.latest->row->sequence;
    text = event("frame", moment.latest->json());
  }
  if (moment.ended) {
    cursor.over = true;
    return text + event("end", "{}");
  }
  if (!moment.responding || cursor.silent) {
    JsonWriter json;
    json.object([&] { write_status(json, moment); });
    text += event("status", json.take());
    cursor.silent = !moment.responding;
    cursor.silence_told = clock_.now();
  }
  return text;
}

std::shared_ptr<Board::Stream> Board::open_stream(std::size_t max) {
  {
    const std::lock_guard lock(mutex_);
    if (streams_ >= max) return nullptr;
    ++streams_;
  }
  try {
    return std::make_shared<Stream>(*this);
  } catch (...) {
    const std::lock_guard lock(mutex_);
    --streams_;
    throw;
  }
}

Board::Stream::~Stream() {
  const std::lock_guard lock(board_.mutex_);
  --board_.streams_;
  board_.closed_.notify_all();
}

std::size_t Board::streams() const {
  const std::lock_guard lock(mutex_);
  return streams_;
}

void Board::wait_for_streams_to_end(Duration time_max) {
  std::unique_lock lock(mutex_);
  closed_.wait_for(lock, time_max, [this] { return streams_ == 0; });
}

}  // namespace millrace::observe
