#include "js/module_files.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "support/temporary_folder.h"

namespace millrace::js {
namespace {

namespace fs = std::filesystem;

struct ModuleRootTest : ::testing::Test {
  ModuleRootTest() {
    for (const char* name : {"root/dir", "root-sibling", "outside"}) fs::create_directories(base / name);
    for (const char* name : {"root/in", "root/dir/in", "root-sibling/out", "outside/out"}) std::ofstream(base / name) << name;
    fs::create_symlink(base / "outside" / "out", base / "root" / "link_out");
    fs::create_symlink(base / "outside", base / "root" / "link_dir");
    fs::create_symlink("in", base / "root" / "link_in");
    fs::create_symlink(base / "root", base / "link_root");
  }
  [[nodiscard]] std::string at(const char* name) const { return base / name; }

  millrace::testing::TemporaryFolder folder;
  const fs::path& base = folder.path;
};

TEST_F(ModuleRootTest, ContainsByWholeNames) {
  for (const char* directory : {"root", "root/", "link_root"}) {
    const ModuleRoot root(at(directory));
    EXPECT_EQ(root.directory(), at("root"));
    EXPECT_TRUE(root.contains(at("root")));
    EXPECT_TRUE(root.contains(at("root/anything")));
    EXPECT_FALSE(root.contains(at("root-sibling/out")));
    EXPECT_FALSE(root.contains(base.string()));
    EXPECT_FALSE(root.contains(""));
    EXPECT_FALSE(root.unrestricted());
  }
}

TEST_F(ModuleRootTest, ReadsInsideOnly) {
  const ModuleRoot root(at("root"));
  EXPECT_EQ(root.read(at("root/in")).value(), "root/in");
  EXPECT_EQ(root.read(at("root/link_in")).value(), "root/in");
  EXPECT_EQ(root.read(at("root/dir/../in")).value(), "root/in");
  for (const char* name : {"outside/out", "root/link_out", "root/link_dir/out", "root/../outside/out", "root-sibling/out"})
    EXPECT_EQ(root.read(at(name)).value(), std::nullopt) << name;
  const auto missing = root.read(at("root/none"));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code(), std::error_code(ENOENT, std::system_category()));
}

TEST_F(ModuleRootTest, ResolvesInsideOnly) {
  const ModuleRoot root(at("root"));
  EXPECT_EQ(root.real_path(at("root/link_in")).value(), at("root/in"));
  for (const char* name : {"root/link_out", "root/link_dir", "outside/out"})
    EXPECT_EQ(root.real_path(at(name)).value(), std::nullopt) << name;
  EXPECT_EQ(root.kind_of(at("outside/out")), FileKind::missing);
  EXPECT_EQ(root.kind_of(at("root/dir")), FileKind::directory);
  EXPECT_EQ(root.kind_of(at("root/in")), FileKind::regular);
}

TEST_F(ModuleRootTest, TheFileSystemsRootAllowsEverything) {
  const ModuleRoot root("/");
  EXPECT_TRUE(root.unrestricted());
  EXPECT_EQ(root.read(at("root/link_out")).value(), "outside/out");
}

TEST_F(ModuleRootTest, ADirectoryThatIsMissingHoldsNothing) {
  const ModuleRoot root(at("none"));
  EXPECT_EQ(root.read(at("root/in")).value(), std::nullopt);
  EXPECT_EQ(root.kind_of(at("root/in")), FileKind::missing);
}

}  // namespace
}  // namespace millrace::js
