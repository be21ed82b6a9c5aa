// Rows into one table by COPY, straight or by way of a temporary table.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "subset/postgres/connection.h"
#include "subset/session.h"

namespace millrace::subset {

/// begin() -> write()... -> finish(). After an error it is over, and the connection takes other calls.
class PostgresInsertion {
 public:
  static constexpr std::size_t kBufferBytes = std::size_t{64} << 10;  ///< encoded before it is sent
  static constexpr std::size_t kSendMax = std::size_t{1} << 20;       ///< of one message; a row may have several

  PostgresInsertion(std::shared_ptr<PostgresConnection> connection, Insertion insertion)
      : connection_(std::move(connection)), insertion_(std::move(insertion)) {}
  PostgresInsertion(const PostgresInsertion&) = delete;
  PostgresInsertion& operator=(const PostgresInsertion&) = delete;

  [[nodiscard]] PostgresConnection& connection() const noexcept { return *connection_; }
  [[nodiscard]] Lazy<void> begin();
  [[nodiscard]] Lazy<void> write(const Page& page);
  [[nodiscard]] Lazy<std::uint64_t> finish();

 private:
  [[nodiscard]] bool staged() const noexcept { return insertion_.existing != Insertion::Existing::error; }
  [[nodiscard]] std::string columns() const;
  [[nodiscard]] std::string merge_statement() const;
  [[nodiscard]] Lazy<void> open_copy();
  [[nodiscard]] Lazy<void> write_rows(const Page& page);
  /// False when the system takes no more for now.
  [[nodiscard]] bool send_buffer();
  [[nodiscard]] Lazy<std::uint64_t> close_copy();
  [[nodiscard]] Lazy<std::uint64_t> merge();
  /// Ends what is open after an error, which it throws.
  [[nodiscard]] Lazy<void> give_up(Error error);

  std::shared_ptr<PostgresConnection> connection_;
  Insertion insertion_;
  std::string copy_;  ///< the statement
  std::string buffer_;
  std::size_t sent_ = 0;  ///< of the buffer
  std::uint64_t rows_ = 0;
  bool copying_ = false;
  bool own_transaction_ = false;
};

}  // namespace millrace::subset
