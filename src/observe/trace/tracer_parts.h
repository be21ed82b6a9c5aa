// What a tracer and its spans share.
#pragma once

#include <memory>

#include <millrace/observe/trace.h>

namespace millrace::observe {

struct Tracer::Parts {
  Parts(TracerDeps d, std::shared_ptr<const SpanScope> s, std::unique_ptr<Sampler> by, std::unique_ptr<SpanIds> i, SpanLimits l,
        const Redactor* r) noexcept
      : deps(d), scope(std::move(s)), sampler(std::move(by)), ids(std::move(i)), limits(l), redactor(r) {}
  TracerDeps deps;
  std::shared_ptr<const SpanScope> scope;
  std::unique_ptr<Sampler> sampler;
  std::unique_ptr<SpanIds> ids;
  SpanLimits limits;
  const Redactor* redactor;  // null: nothing is masked
};

}  // namespace millrace::observe
