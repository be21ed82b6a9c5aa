// Promise.all, allSettled, any and race on the model of ECMAScript's promises, written down from ECMA-262, 27.2.4 as the text stands. What
// Millrace's combinators are compared with.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "support/promise_model.h"

namespace millrace::testing {

class PromiseModelCombinators : public PromiseModel {
 public:
  using Iterable = std::vector<Promise*>;
  /// An element of a result's array: of all() the value, of allSettled() an object with a status, of an AggregateError a reason.
  struct Element {
    bool fulfilled = false;
    int value = 0;
    std::string reason;
  };
  using Array = std::vector<Element>;

  /// A promise of this model holds an int: where the specification has an array, its number here.
  [[nodiscard]] const Array& array(int value) const { return arrays_.at(static_cast<std::size_t>(value)); }
  /// An AggregateError as a reason, which is a string in this model. Reasons of `errors` may be such themselves.
  [[nodiscard]] static std::string aggregate_error(const Array& errors) {
    std::string text = "all rejected{";
    for (const Element& error : errors) text += error.reason + ';';
    return text + '}';
  }

  /// 27.2.4.1 Promise.all
  Promise* all(const Iterable& iterable) {
    return perform(iterable, [this](Combination& one, std::size_t) { return reject_function(one); });
  }

  /// 27.2.4.2 Promise.allSettled
  Promise* all_settled(const Iterable& iterable) {
    return perform(iterable, [this](Combination& one, std::size_t index) -> OnRejected {
      // 27.2.4.2.3 Promise.allSettled Reject Element Functions
      return [this, &one, index](const std::string& reason) -> Completion {
        if (one.call(index)) count_down_to_resolve(one, index, {.fulfilled = false, .value = 0, .reason = reason});
        return undefined();
      };
    });
  }

  /// 27.2.4.3 Promise.any, 27.2.4.3.1 PerformPromiseAny
  Promise* any(const Iterable& iterable) {
    Combination& one = combination();
    for (Promise* const next : iterable) {
      const std::size_t index = one.append();
      // 27.2.4.3.2 Promise.any Reject Element Functions
      const OnRejected on_rejected = [this, &one, index](const std::string& reason) -> Completion {
        if (!one.call(index)) return undefined();
        one.elements[index].reason = reason;
        if (--one.remaining == 0) reject(*one.capability, aggregate_error(one.elements));
        return undefined();
      };
      ++one.remaining;
      then(*promise_resolve(next), resolve_function(one), on_rejected);
    }
    if (--one.remaining == 0)
      reject(*one.capability, aggregate_error(one.elements));  // thrown, and caught by IfAbruptRejectPromise
    return one.capability->promise;
  }

  /// 27.2.4.5 Promise.race, 27.2.4.5.1 PerformPromiseRace
  Promise* race(const Iterable& iterable) {
    Combination& one = combination();
    for (Promise* const next : iterable) then(*promise_resolve(next), resolve_function(one), reject_function(one));
    return one.capability->promise;
  }

 private:
  /// What the element functions of one call share.
  struct Combination {
    ResolvingFunctions* capability;
    Array elements = {};                    // [[Values]] or [[Errors]]
    std::vector<bool> already_called = {};  // [[AlreadyCalled]] by index
    std::size_t remaining = 1;              // [[RemainingElements]]

    std::size_t append() {
      elements.emplace_back();
      already_called.push_back(false);
      return elements.size() - 1;
    }
    /// False when element `index` was called before.
    bool call(std::size_t index) {
      const bool first = !already_called[index];
      already_called[index] = true;
      return first;
    }
  };

  static Completion undefined() { return Value(0); }
  /// 27.2.4.1.2 PerformPromiseAll and 27.2.4.2.1 PerformPromiseAllSettled, which differ in what they call on rejection. What settles an
  /// element shares its [[AlreadyCalled]].
  template <typename MakeOnRejected>
  Promise* perform(const Iterable& iterable, MakeOnRejected make_on_rejected) {
    Combination& one = combination();
    for (Promise* const next : iterable) {
      const std::size_t index = one.append();
      // 27.2.4.1.3 Promise.all and 27.2.4.2.2 Promise.allSettled Resolve Element Functions
      const OnFulfilled on_fulfilled = [this, &one, index](int value) -> Completion {
        if (one.call(index)) count_down_to_resolve(one, index, {.fulfilled = true, .value = value, .reason = {}});
        return undefined();
      };
      ++one.remaining;
      then(*promise_resolve(next), on_fulfilled, make_on_rejected(one, index));
    }
    if (--one.remaining == 0) resolve(*one.capability, create_array(one.elements));
    return one.capability->promise;
  }
  Combination& combination() { return combinations_.emplace_back(new_promise()); }
  Value create_array(Array elements) {
    arrays_.push_back(std::move(elements));
    return Value(static_cast<int>(arrays_.size() - 1));
  }
  void count_down_to_resolve(Combination& one, std::size_t index, Element element) {
    one.elements[index] = std::move(element);
    if (--one.remaining == 0) resolve(*one.capability, create_array(one.elements));
  }
  /// resultCapability.[[Resolve]] and resultCapability.[[Reject]] as callbacks.
  OnFulfilled resolve_function(Combination& one) {
    return [this, &one](int value) -> Completion {
      resolve(*one.capability, value);
      return undefined();
    };
  }
  OnRejected reject_function(Combination& one) {
    return [this, &one](const std::string& reason) -> Completion {
      reject(*one.capability, reason);
      return undefined();
    };
  }

  std::deque<Combination> combinations_;  // as long as the model
  std::deque<Array> arrays_;
};

}  // namespace millrace::testing
