// The built-in masks for scripts: mask.email(value, {option: ...}).
#pragma once

#include <string>

#include <millrace/js/runtime.h>
#include <millrace/observe/redactor.h>

namespace millrace::subset {

/// Makes the global `mask` of `runtime`: a function for each mask but null, constant and shuffle. They choose as those of a plan with this seed do. NULL stays null.
/// Lifetime  the redactor, which may be null, outlives the runtime.
[[nodiscard]] Result<void> add_masks(js::Runtime& runtime, const std::string& seed, const observe::Redactor* redactor);

}  // namespace millrace::subset
