// What a dashboard sends, as JSON. docs/dashboard.md describes it for others.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include <millrace/observe/dashboard_frame.h>
#include <millrace/observe/stall_detector.h>

#include "observe/dashboard/distribution.h"
#include "observe/dashboard/json_writer.h"

namespace millrace::observe {

/// The part of a frame that is kept for the history: no lists, and distributions for histograms.
struct FrameRow {
  std::uint64_t sequence = 0;
  WallTime time{};
  Duration span{};
  std::string state;
  double utilization = 0, tasks_per_second = 0, ticks_per_second = 0;
  Distribution task_duration, timer_lateness, post_wait;
  LoopDepths depths;
  std::vector<DashboardQueue> queues;
  DashboardMemory memory;
};

/// The rest.
struct FrameLists {
  LoopFigures figures;
  std::vector<DashboardHandle> handles;
  std::size_t handles_total = 0, handles_referenced = 0;
  std::vector<DashboardSlow> slow;
  std::uint64_t slow_total = 0;
  std::vector<DashboardError> errors;
  std::uint64_t errors_total = 0;
};

/// Takes a frame apart, and cuts its lists and texts to DashboardFrame's limits.
[[nodiscard]] FrameRow row_of(std::uint64_t sequence, DashboardFrame& frame);
[[nodiscard]] FrameLists lists_of(DashboardFrame& frame);

/// Its members, inside of an object that is open.
void write_row(detail::JsonWriter& json, const FrameRow& row);
void write_lists(detail::JsonWriter& json, const FrameLists& lists);
/// {"number", "lasted_s", "stack", "stack_missing"}
void write_stall(detail::JsonWriter& json, const Stall& stall);
/// The ends of the bands, in seconds.
void write_band_ends(detail::JsonWriter& json);

}  // namespace millrace::observe
