#include "engine/capture/file_source.hpp"

#include <filesystem>
#include <system_error>
#include <utility>

#include "engine/capture/byte_input.hpp"
#include "engine/capture/folder_source.hpp"
#include "engine/capture/stream_source.hpp"

namespace espial::capture {

std::expected<std::unique_ptr<PacketSource>, SystemError> open_capture(std::string_view path) {
  std::string name(path);
  std::error_code unknown;  // then opening it says what is wrong
  if (name != "-" && std::filesystem::is_directory(name, unknown)) return FolderSource::open(name);
  auto input = open_input(name);
  if (!input) return std::unexpected(std::move(input).error());
  return StreamSource::open(std::move(*input), std::move(name));
}

std::expected<std::unique_ptr<PacketSource>, SystemError> open_capture_bytes(ByteView image,
                                                                             std::string name) {
  return StreamSource::open(std::make_unique<MemoryInput>(image), std::move(name));
}

}  // namespace espial::capture
