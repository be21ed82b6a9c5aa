// A plan file as it was written, whatever its format: what TOML and JSON have in common, with the place of everything.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::subset {

/// Line and column from 1; 0 is not known. Columns of TOML count characters, those of JSON bytes.
struct Position {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

/// A template, so that nodes can have a list of what holds nodes itself.
template <typename Node>
struct MemberOf {
  std::string name;
  Position at{};
  Node value{};
};

struct TreeNode {
  enum class Kind : std::uint8_t { null, boolean, integer, real, moment, text, list, table };

  Kind kind = Kind::null;
  Position at{};
  std::string text{};        ///< a text; of every other scalar how it is written
  std::int64_t integer = 0;  ///< of an integer
  bool truth = false;        ///< of a boolean
  std::vector<TreeNode> items{};
  std::vector<MemberOf<TreeNode>> members{};  ///< in the order of their names, each once
};

using TreeMember = MemberOf<TreeNode>;

/// What is wrong with a file that is none of its format.
struct SyntaxMistake {
  Position at{};
  std::string what;
};

/// Deeper than any plan; files that go deeper are refused before their depth costs stack.
inline constexpr std::size_t kTreeDepthMax = 16;

/// `text` is at most Job::kFileMax long. Errors: the first thing that is no TOML; a member that is there twice; text that is not UTF-8; kTreeDepthMax.
[[nodiscard]] std::expected<TreeNode, SyntaxMistake> read_toml(std::string_view text);
[[nodiscard]] std::expected<TreeNode, SyntaxMistake> read_json(std::string_view text);

}  // namespace millrace::subset
