// The way in as it ships: the shared door and lanes, with bounds, figures and priorities.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <thread>
#include <utility>

#include <millrace/ingress.h>

#include "ingress/door.h"
#include "sleeper.h"

namespace millrace::bench {

/// `Lanes`: a lane for each producer, else the shared door. `Batch`: posted one at a time, or so many together.
template <bool Lanes, std::size_t Batch>
class Product {
 public:
  explicit Product(Sleeper& sleeper)
      : sleeper_(sleeper), door_(std::make_shared<Door>(std::make_shared<NoWaker>(), DoorOptions{.limit = std::size_t{1} << 24})) {}
  class Producer {
   public:
    explicit Producer(Product& product) : product_(product), ingress_(product.door_) {
      if constexpr (Lanes) lane_ = ingress_.open_lane({.capacity = 8192}).value();
    }
    template <typename F>
    void post(F f) {
      if constexpr (Batch == 1) {
        Task task(std::move(f));
        while (hand_over(task) != Admission::accepted) std::this_thread::yield();
        product_.sleeper_.wake();
      } else {
        waiting_[count_++] = Task(std::move(f));
        if (count_ == Batch) flush();
      }
    }
    void flush() {
      for (std::span<Task> rest = std::span(waiting_).first(std::exchange(count_, 0)); !rest.empty();) {
        const BatchAdmission answer = Lanes ? lane_.post_batch(rest) : ingress_.post_batch(rest);
        product_.sleeper_.wake();
        rest = rest.subspan(answer.accepted);
        if (!rest.empty()) std::this_thread::yield();
      }
    }

   private:
    Admission hand_over(Task& task) { return Lanes ? lane_.post(task) : ingress_.post(task); }
    Product& product_;
    Ingress ingress_;
    Lane lane_;
    std::array<Task, Batch> waiting_;
    std::size_t count_ = 0;
  };
  std::size_t drain() {
    door_->look();
    return door_->drain(4096, [](Task& task) {
      task();
      return true;
    });
  }
  bool empty() const { return door_->empty(); }

 private:
  /// The gate is never told of a sleep: this competition has its own.
  struct NoWaker final : Waker {
    [[nodiscard]] bool wake() noexcept override { return true; }
  };
  Sleeper& sleeper_;
  std::shared_ptr<Door> door_;
};
struct ProductDoor : Product<false, 1> {
  using Product::Product;
  static constexpr const char* kName = "Door::post";
};
struct ProductDoorBatch : Product<false, 64> {
  using Product::Product;
  static constexpr const char* kName = "Door::post_batch of 64";
};
struct ProductLane : Product<true, 1> {
  using Product::Product;
  static constexpr const char* kName = "Lane::post";
};
struct ProductLaneBatch : Product<true, 64> {
  using Product::Product;
  static constexpr const char* kName = "Lane::post_batch of 64";
};

}  // namespace millrace::bench
