#pragma once
#include <stdlib.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

/// Folders and certificates for tests, made at run time and removed at their end.
namespace espial::test {

/// A new empty folder under the system's temporary one.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "espial-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
    path_ = name;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
};

/// What make-certificates.sh gives: file("sensor.pem"), file("wrong-sensor.key"), ...
class Pki {
 public:
  Pki(std::string_view sensor, std::string_view collector) {
    const std::string command =
        std::string(ESPIAL_SOURCE_DIR "/tests/support/make-certificates.sh '") +
        folder_.path().string() + "' '" + std::string(sensor) + "' '" + std::string(collector) +
        "'";
    if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
  }
  [[nodiscard]] std::filesystem::path file(std::string_view name) const {
    return folder_.path() / name;
  }

 private:
  TemporaryFolder folder_;
};

}  // namespace espial::test
