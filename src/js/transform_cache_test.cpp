#include "js/transform_cache.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "js/digest.h"
#include "support/temporary_folder.h"

namespace millrace::js {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

struct TransformCacheTest : ::testing::Test {
  [[nodiscard]] TransformCache cache(std::uint64_t bytes_max = 1 << 20) const {
    return TransformCache({.enabled = true, .directory = root / "cache", .bytes_max = bytes_max});
  }
  [[nodiscard]] fs::path entry(const std::string& key) const { return root / "cache" / "modules" / key; }

  millrace::testing::TemporaryFolder folder;
  const fs::path& root = folder.path;
};

TEST(Sha256, KnownDigests) {
  EXPECT_EQ(sha256({}), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256({"a", "", "bc"}), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_F(TransformCacheTest, KeysDependOnKindAndText) {
  const std::string key = TransformCache::key("module", "text");
  EXPECT_EQ(key.size(), 64U);
  EXPECT_EQ(key, TransformCache::key("module", "text"));
  EXPECT_NE(key, TransformCache::key("script", "text"));
  EXPECT_NE(key, TransformCache::key("module", "text "));
  EXPECT_NE(TransformCache::key("module", "text"), TransformCache::key("modulet", "ext"));
}

TEST_F(TransformCacheTest, WhatIsStoredIsFoundByAnother) {
  const std::string key = TransformCache::key("module", "a"), value("line\n\0text\xff", 11);
  EXPECT_EQ(cache().find(key), std::nullopt);
  cache().store(key, value);
  EXPECT_EQ(cache().find(key), value);
  EXPECT_EQ(cache().find(TransformCache::key("module", "b")), std::nullopt);
}

TEST_F(TransformCacheTest, EveryDamagedByteIsNoticed) {
  const std::string key = TransformCache::key("module", "a"), value = "a value\n";
  cache().store(key, value);
  std::ifstream stored(entry(key), std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(stored), {}};
  ASSERT_EQ(whole.size(), 64 + value.size());
  for (std::size_t at = 0; at <= whole.size(); ++at) {
    SCOPED_TRACE(at);
    std::string damaged = whole;
    if (at < whole.size())
      damaged[at] = static_cast<char>(damaged[at] ^ 1);
    else
      damaged += 'x';
    std::ofstream(entry(key), std::ios::binary) << damaged;
    ::chmod(entry(key).c_str(), 0600);
    EXPECT_EQ(cache().find(key), std::nullopt);
    EXPECT_FALSE(fs::exists(entry(key))) << "what is damaged is deleted";
  }
  for (std::size_t length = 0; length < whole.size(); ++length) {
    std::ofstream(entry(key), std::ios::binary) << whole.substr(0, length);
    ::chmod(entry(key).c_str(), 0600);
    EXPECT_EQ(cache().find(key), std::nullopt) << length;
  }
}

TEST_F(TransformCacheTest, SaysWhyItIsNotUsed) {
  const std::string key = TransformCache::key("module", "a");
  TransformCache off({.enabled = false, .directory = root / "cache"});
  off.store(key, "value");
  EXPECT_EQ(off.find(key), std::nullopt);
  EXPECT_EQ(off.reason(), "switched off");
  EXPECT_FALSE(fs::exists(root / "cache"));

  std::ofstream(root / "file") << "text";
  TransformCache in_file({.directory = root / "file"});
  in_file.store(key, "value");
  EXPECT_THAT(in_file.reason(), HasSubstr("cannot be made"));

  fs::create_directories(root / "open" / "modules");
  ::chmod((root / "open" / "modules").c_str(), 0777);
  TransformCache open({.directory = root / "open"});
  open.store(key, "value");
  EXPECT_THAT(open.reason(), HasSubstr("nobody else can write"));
  EXPECT_TRUE(fs::is_empty(root / "open" / "modules"));
}

TEST_F(TransformCacheTest, TheEntriesUnusedForLongestGo) {
  const std::string value(1000, 'v');
  TransformCache small = cache(10'000);
  std::vector<std::string> keys;
  for (int i = 0; i < 30; ++i) {
    keys.push_back(TransformCache::key("module", std::to_string(i)));
    small.store(keys.back(), value);
    // A day apart, the first the oldest.
    const timespec used[2] = {{.tv_sec = 1'000'000'000 + i * 86400, .tv_nsec = 0},
                              {.tv_sec = 1'000'000'000 + i * 86400, .tv_nsec = 0}};
    if (fs::exists(entry(keys.back()))) ::utimensat(AT_FDCWD, entry(keys.back()).c_str(), used, 0);
  }
  // Count what there is, however few this process wrote.
  for (int i = 0; i < 64; ++i) small.store(keys.back(), value);
  std::uint64_t bytes = 0;
  for (const fs::directory_entry& found : fs::directory_iterator(root / "cache" / "modules")) bytes += found.file_size();
  EXPECT_LE(bytes, 10'000U);
  EXPECT_EQ(small.find(keys.front()), std::nullopt);
  EXPECT_EQ(small.find(keys.back()), value);
  small.store(TransformCache::key("module", "large"), std::string(20'000, 'v'));
  EXPECT_EQ(small.find(TransformCache::key("module", "large")), std::nullopt) << "larger than everything may be";
}

}  // namespace
}  // namespace millrace::js
