#include "engine/capture/decompress.hpp"

#define ZLIB_CONST  // NOLINT(cppcoreguidelines-macro-usage): how zlib.h is told to take const input
#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace espial::capture {
namespace {

constexpr std::size_t kPackedBufferSize = std::size_t{256} * 1024;
constexpr std::size_t kMagicSize = 4;
constexpr std::uint16_t kGzipMagic = 0x1f8b;
constexpr std::uint32_t kZstdMagic = 0x28b52ffd;

/// Gives back bytes that were read to look at them, then the rest of the input.
class PrefixedInput final : public ByteInput {
 public:
  PrefixedInput(std::array<std::byte, kMagicSize> prefix, std::size_t size, std::string fault,
                std::unique_ptr<ByteInput> rest)
      : prefix_(prefix), end_(size), fault_(std::move(fault)), rest_(std::move(rest)) {}

  std::expected<std::size_t, std::string> read(std::span<std::byte> into) override {
    if (begin_ < end_) {
      const std::size_t n = std::min(into.size(), end_ - begin_);
      std::ranges::copy(std::span(prefix_).subspan(begin_, n), into.begin());
      begin_ += n;
      return n;
    }
    if (!fault_.empty()) return std::unexpected(fault_);
    return rest_->read(into);
  }
  [[nodiscard]] std::uint64_t consumed() const override { return rest_->consumed(); }
  [[nodiscard]] std::uint64_t total() const override { return rest_->total(); }

 private:
  std::array<std::byte, kMagicSize> prefix_;
  std::size_t begin_ = 0;
  std::size_t end_;
  std::string fault_;  // met while reading the prefix; told after it
  std::unique_ptr<ByteInput> rest_;
};

/// One call of a decompressor.
struct Step {
  std::size_t consumed = 0;
  std::size_t produced = 0;
  bool between = false;  // a member or frame is complete: the input may end here
  std::string fault;     // what was produced before it still counts
};

class Decoder {
 public:
  Decoder() = default;
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  Decoder(Decoder&&) = delete;
  Decoder& operator=(Decoder&&) = delete;
  virtual ~Decoder() = default;
  /// Bytes that decode() should be given at least, unless the input ends before; never more than
  /// kPackedBufferSize.
  [[nodiscard]] virtual std::size_t wanted() const = 0;
  [[nodiscard]] virtual Step decode(ByteView in, std::span<std::byte> out) = 0;
  [[nodiscard]] virtual std::string_view name() const = 0;
};

/// RFC 1952.
class GzipDecoder final : public Decoder {
 public:
  GzipDecoder() : started_(inflateInit2(&stream_, kGzipWindow) == Z_OK) {}
  GzipDecoder(const GzipDecoder&) = delete;
  GzipDecoder& operator=(const GzipDecoder&) = delete;
  GzipDecoder(GzipDecoder&&) = delete;
  GzipDecoder& operator=(GzipDecoder&&) = delete;
  ~GzipDecoder() override {
    if (started_) (void)inflateEnd(&stream_);
  }

  [[nodiscard]] std::size_t wanted() const override { return 1; }
  Step decode(ByteView in, std::span<std::byte> out) override {
    if (!started_) return {.fault = "gzip: out of memory"};
    if (std::exchange(member_ended_, false)) (void)inflateReset(&stream_);
    stream_.next_in = as_u8(in);
    stream_.avail_in = static_cast<uInt>(in.size());
    // NOLINTNEXTLINE(*-reinterpret-cast): zlib's output is unsigned char, which may alias bytes
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(out.size());
    const int result = inflate(&stream_, Z_NO_FLUSH);
    member_ended_ = result == Z_STREAM_END;
    Step step{.consumed = in.size() - stream_.avail_in,
              .produced = out.size() - stream_.avail_out,
              .between = member_ended_,
              .fault = {}};
    if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) {
      step.fault = fmt::format("the gzip stream is damaged ({})",
                               stream_.msg != nullptr ? stream_.msg : "no detail");
    }
    return step;
  }
  [[nodiscard]] std::string_view name() const override { return "gzip"; }

 private:
  static constexpr int kGzipWindow = 15 + 16;  // the largest window, gzip wrapper only
  z_stream stream_{};
  bool started_;
  bool member_ended_ = false;
};

/// RFC 8878. The library forgets what it produced in a call that ends in an error. So no call gets
/// more than one block, never the header of the next with it, and none while output is pending:
/// then all before the fault comes out, and always the same, however the input comes.
class ZstdDecoder final : public Decoder {
 public:
  ZstdDecoder() : context_(ZSTD_createDCtx()) {}

  [[nodiscard]] std::size_t wanted() const override { return wanted_; }
  Step decode(ByteView in, std::span<std::byte> out) override {
    if (context_ == nullptr) return {.fault = "zstd: out of memory"};
    if (output_pending_) {
      Step flushed = call({}, out);
      if (flushed.produced > 0 || !flushed.fault.empty()) return flushed;
    }
    return call(in.first(std::min(in.size(), wanted_)), out);
  }
  [[nodiscard]] std::string_view name() const override { return "zstd"; }

 private:
  static constexpr std::size_t kBlockHeader = 3;
  static constexpr std::size_t kFrameStart = 5;  // magic number, frame header descriptor

  Step call(ByteView in, std::span<std::byte> out) {
    ZSTD_inBuffer source{.src = in.data(), .size = in.size(), .pos = 0};
    ZSTD_outBuffer target{.dst = out.data(), .size = out.size(), .pos = 0};
    const std::size_t result = ZSTD_decompressStream(context_.get(), &target, &source);
    if (ZSTD_isError(result) != 0) {
      return {.fault = fmt::format("the zstd stream is damaged ({})", ZSTD_getErrorName(result))};
    }
    output_pending_ = target.pos == target.size;
    // The library hints at the rest of a block together with the header behind it.
    wanted_ = result > kBlockHeader ? result - kBlockHeader : result;
    if (result == 0) wanted_ = kFrameStart;
    return {.consumed = source.pos, .produced = target.pos, .between = result == 0, .fault = {}};
  }

  std::unique_ptr<ZSTD_DCtx, Deleter<ZSTD_freeDCtx>> context_;
  std::size_t wanted_ = kFrameStart;
  bool output_pending_ = false;
};

class DecompressedInput final : public ByteInput {
 public:
  DecompressedInput(std::unique_ptr<ByteInput> packed, std::unique_ptr<Decoder> decoder)
      : packed_(std::move(packed)), decoder_(std::move(decoder)), buffer_(kPackedBufferSize) {}

  std::expected<std::size_t, std::string> read(std::span<std::byte> into) override {
    while (fault_.empty()) {
      while (unread_.size() < decoder_->wanted() && !ended_) refill();
      if (unread_.empty() && ended_ && between_) return 0;
      const std::size_t before = unread_.size();
      Step step = decoder_->decode(unread_, into);
      unread_ = unread_.subspan(step.consumed);
      between_ = step.between;
      fault_ = std::move(step.fault);
      if (step.produced > 0) return step.produced;
      if (fault_.empty() && unread_.size() == before) note_standstill();
    }
    return std::unexpected(fault_);
  }
  [[nodiscard]] std::uint64_t consumed() const override { return packed_->consumed(); }
  [[nodiscard]] std::uint64_t total() const override { return packed_->total(); }

 private:
  void refill() {
    std::ranges::copy(unread_, buffer_.begin());  // towards the front: overlap is allowed
    const auto free = std::span(buffer_).subspan(unread_.size());
    const auto got = packed_->read(free);
    unread_ = ByteView(buffer_).first(unread_.size() + got.value_or(0));
    ended_ = got.value_or(0) == 0;
    if (!got) packed_fault_ = got.error();
  }
  /// Nothing in, nothing out: the packed bytes ended too early, or the decoder is stuck.
  void note_standstill() {
    if (!packed_fault_.empty()) {
      fault_ = packed_fault_;
    } else {
      fault_ = fmt::format("the {} stream {}", decoder_->name(), ended_ ? "is cut" : "is stuck");
    }
  }

  std::unique_ptr<ByteInput> packed_;
  std::unique_ptr<Decoder> decoder_;
  std::vector<std::byte> buffer_;
  ByteView unread_;
  bool ended_ = false;
  bool between_ = false;
  std::string fault_;
  std::string packed_fault_;
};

}  // namespace

Compression detect_compression(ByteView first) noexcept {
  if (first.size() >= 2 && read_be<std::uint16_t>(first) == kGzipMagic) return Compression::gzip;
  if (first.size() >= 4 && read_be<std::uint32_t>(first) == kZstdMagic) return Compression::zstd;
  return Compression::none;
}

std::unique_ptr<ByteInput> decompress(std::unique_ptr<ByteInput> packed) {
  std::array<std::byte, kMagicSize> first{};
  std::size_t size = 0;
  std::string fault;
  while (size < first.size() && fault.empty()) {
    const auto got = packed->read(std::span(first).subspan(size));
    if (!got) fault = got.error();
    if (got.value_or(0) == 0) break;
    size += *got;
  }
  const Compression compression = detect_compression(ByteView(first).first(size));
  auto whole = std::make_unique<PrefixedInput>(first, size, std::move(fault), std::move(packed));
  switch (compression) {
    case Compression::none: return whole;
    case Compression::gzip:
      return std::make_unique<DecompressedInput>(std::move(whole), std::make_unique<GzipDecoder>());
    case Compression::zstd:
      return std::make_unique<DecompressedInput>(std::move(whole), std::make_unique<ZstdDecoder>());
  }
  std::unreachable();
}

}  // namespace espial::capture
