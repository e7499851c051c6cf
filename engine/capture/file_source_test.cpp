#include "engine/capture/file_source.hpp"

#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <filesystem>
#include <fstream>

#include "engine/capture/stream_source.hpp"
#include "tests/support/captures.hpp"

namespace espial::capture {
namespace {

namespace fs = std::filesystem;
using tests::Bytes;
using tests::pattern;
using tests::PcapImage;
using tests::PcapngImage;
using tests::read_whole;
using tests::WholeRead;

Bytes gzip(ByteView plain) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  Bytes packed(deflateBound(&stream, plain.size()));
  Bytes copy(plain.begin(), plain.end());
  stream.next_in = static_cast<Bytef*>(static_cast<void*>(copy.data()));
  stream.avail_in = static_cast<uInt>(copy.size());
  stream.next_out = static_cast<Bytef*>(static_cast<void*>(packed.data()));
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

Bytes zstd(ByteView plain) {
  Bytes packed(ZSTD_compressBound(plain.size()));
  packed.resize(ZSTD_compress(packed.data(), packed.size(), plain.data(), plain.size(), 3));
  return packed;
}

Bytes joined(Bytes first, ByteView second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

WholeRead read_image(ByteView image) {
  auto source = open_capture_bytes(image, "test");
  if (!source) {
    ADD_FAILURE() << source.error().what;
    return {};
  }
  return read_whole(**source);
}

/// Records of several sizes, and where each ends.
struct Sample {
  Bytes image;
  std::vector<std::size_t> record_ends;
};

Sample pcap_sample(ByteOrder order) {
  PcapImage image(order);
  Sample sample;
  for (const std::uint8_t size : std::to_array<std::uint8_t>({0, 1, 20, 3})) {
    image.packet(size, 5, pattern(size, size));
    sample.record_ends.push_back(image.bytes().size());
  }
  sample.image = image.bytes();
  return sample;
}

Sample pcapng_sample(ByteOrder order) {
  PcapngImage image(order);
  image.interface(1).interface(101, 0, 9);
  Sample sample;
  for (const std::uint8_t size : std::to_array<std::uint8_t>({0, 1, 20, 3})) {
    image.enhanced(size % 2, size, pattern(size, size));
    sample.record_ends.push_back(image.bytes().size());
  }
  sample.image = image.bytes();
  return sample;
}

/// Every cut gives the packets that are whole before it, and damage unless it is between records.
void expect_every_cut_right(const Sample& sample) {
  const WholeRead whole = read_image(sample.image);
  ASSERT_EQ(whole.packets.size(), sample.record_ends.size());
  EXPECT_FALSE(whole.damage);
  for (std::size_t cut = 0; cut < sample.image.size(); ++cut) {
    const WholeRead part = read_image(ByteView(sample.image).first(cut));
    const auto before = static_cast<std::size_t>(std::ranges::upper_bound(sample.record_ends, cut) -
                                                 sample.record_ends.begin());
    ASSERT_EQ(part.packets.size(), before) << "cut at " << cut;
    EXPECT_TRUE(std::ranges::equal(part.packets, std::span(whole.packets).first(before)));
    if (cut == 0) {
      ASSERT_TRUE(part.damage);
      EXPECT_EQ(part.damage->what, "empty");
    }
    if (part.damage) {
      EXPECT_EQ(part.damage->file, "test");
      EXPECT_LE(part.damage->offset, cut);
      if (before > 0) {
        EXPECT_EQ(part.damage->offset, sample.record_ends[before - 1]);
      }
    } else if (before > 0) {
      EXPECT_EQ(cut, sample.record_ends[before - 1]) << "a cut in mid-record goes unnoticed";
    }
  }
}

TEST(FileSource, TellsEveryCutOfAPcapFile) {
  expect_every_cut_right(pcap_sample(ByteOrder::little));
  expect_every_cut_right(pcap_sample(ByteOrder::big));
}

TEST(FileSource, TellsEveryCutOfAPcapngFile) {
  expect_every_cut_right(pcapng_sample(ByteOrder::little));
  expect_every_cut_right(pcapng_sample(ByteOrder::big));
}

TEST(FileSource, ReadsPackedCapturesByTheirContent) {
  for (const Bytes& image :
       {pcap_sample(ByteOrder::big).image, pcapng_sample(ByteOrder::little).image}) {
    const WholeRead plain = read_image(image);
    EXPECT_EQ(read_image(gzip(image)).packets, plain.packets);
    EXPECT_EQ(read_image(zstd(image)).packets, plain.packets);
    EXPECT_FALSE(read_image(gzip(image)).damage);
    EXPECT_FALSE(read_image(zstd(image)).damage);
  }
}

TEST(FileSource, ReadsSeveralPackedPiecesInARow) {
  const Sample sample = pcap_sample(ByteOrder::little);
  const WholeRead plain = read_image(sample.image);
  const ByteView first = ByteView(sample.image).first(31);
  const ByteView second = ByteView(sample.image).subspan(31);
  for (const Bytes& packed : {joined(gzip(first), gzip(second)), joined(zstd(first), zstd(second)),
                              joined(joined(gzip(first), gzip({})), gzip(second))}) {
    const WholeRead read = read_image(packed);
    EXPECT_EQ(read.packets, plain.packets);
    EXPECT_FALSE(read.damage);
  }
}

TEST(FileSource, TellsEveryCutOfAPackedFile) {
  const Sample sample = pcap_sample(ByteOrder::little);
  const WholeRead whole = read_image(sample.image);
  for (const Bytes& packed : {gzip(sample.image), zstd(sample.image)}) {
    for (std::size_t cut = 0; cut < packed.size(); ++cut) {
      const WholeRead part = read_image(ByteView(packed).first(cut));
      ASSERT_TRUE(part.damage) << "cut at " << cut;
      ASSERT_LE(part.packets.size(), whole.packets.size());
      EXPECT_TRUE(
          std::ranges::equal(part.packets, std::span(whole.packets).first(part.packets.size())));
    }
  }
}

TEST(FileSource, DeliversWhatCameBeforeDamageInAPackedFile) {
  PcapImage image;
  for (std::uint8_t i = 0; i < 200; ++i) image.packet(i, 0, pattern(5000, i));
  for (Bytes packed : {gzip(image.bytes()), zstd(image.bytes())}) {
    const std::size_t hurt = packed.size() - 40;
    for (std::size_t i = hurt; i < hurt + 16; ++i) packed[i] ^= std::byte{0x5a};
    const WholeRead read = read_image(packed);
    ASSERT_TRUE(read.damage);
    EXPECT_GE(read.packets.size(), 20U);
    EXPECT_EQ(read.damage->offset, 24 + read.packets.size() * 5016);
  }
}

TEST(FileSource, TellsGarbageAfterAPackedFile) {
  const Sample sample = pcap_sample(ByteOrder::little);
  for (const Bytes& packed : {gzip(sample.image), zstd(sample.image)}) {
    const WholeRead read = read_image(joined(packed, as_bytes("garbage that is no stream")));
    EXPECT_EQ(read.packets.size(), 4U);
    ASSERT_TRUE(read.damage);
    EXPECT_EQ(read.damage->offset, sample.image.size());
  }
}

TEST(FileSource, GivesTheSameForEveryWayTheBytesCome) {
  PcapngImage image;
  image.interface(1).block(5, pattern(3'000'000, 9));
  for (std::uint8_t i = 0; i < 100; ++i) image.enhanced(0, i, pattern(std::size_t{i} * 40, i));
  const WholeRead whole = read_image(image.bytes());
  ASSERT_EQ(whole.packets.size(), 100U);
  for (const std::size_t longest : {std::size_t{400'000}, std::size_t{65'536}, std::size_t{997}}) {
    auto source = StreamSource::open(
        std::make_unique<tests::ChoppedInput>(image.bytes(), longest, longest), "test");
    ASSERT_TRUE(source);
    const WholeRead chopped = read_whole(**source, 64, [&](const RawPacket& p) {
      EXPECT_TRUE(contains((*source)->memory(), p.bytes));
    });
    EXPECT_EQ(chopped.packets, whole.packets);
    EXPECT_FALSE(chopped.damage);
  }
}

TEST(FileSource, KeepsAWholeBatchValid) {
  PcapImage image;
  for (std::uint32_t i = 0; i < 3000; ++i) {
    image.packet(i, 0, pattern(1000, static_cast<std::uint8_t>(i)));
  }
  auto source = open_capture_bytes(image.bytes(), "test");
  ASSERT_TRUE(source);
  std::vector<RawPacket> batch(256);
  std::size_t seen = 0;
  for (bool end = false; !end;) {
    const auto received = (*source)->receive(batch, Duration::zero());
    ASSERT_TRUE(received);
    end = received->end;
    for (const RawPacket& packet : std::span(batch).first(received->count)) {
      ASSERT_TRUE(equal(packet.bytes, pattern(1000, static_cast<std::uint8_t>(seen))));
      ASSERT_EQ(packet.number.value(), ++seen);
    }
  }
  EXPECT_EQ(seen, 3000U);
  EXPECT_EQ((*source)->stats().packets, 3000U);
  EXPECT_EQ((*source)->stats().bytes, 3'000'000U);
  EXPECT_EQ((*source)->progress().done, image.bytes().size());
  EXPECT_EQ((*source)->progress().total, image.bytes().size());
}

TEST(FileSource, TellsLengthsThatCannotBe) {
  PcapImage image;
  image.packet(1, 0, pattern(10, 1));
  const std::size_t at = image.bytes().size();
  image.header(2, 0, 0xffffffffU, 60).packet(3, 0, pattern(10, 2));
  const WholeRead read = read_image(image.bytes());
  EXPECT_EQ(read.packets.size(), 1U);
  ASSERT_TRUE(read.damage);
  EXPECT_EQ(read.damage->offset, at);
  EXPECT_EQ(read.damage->what, "captured length over 262144: 4294967295");
}

TEST(FileSource, RefusesWhatIsNoCapture) {
  const auto source = open_capture_bytes(as_bytes("#!/bin/sh\n"), "script");
  ASSERT_FALSE(source);
  EXPECT_EQ(source.error().what, "script is not a capture: it starts with 23212f62");
  EXPECT_FALSE(source.error().advice.empty());
  EXPECT_FALSE(open_capture_bytes(as_bytes("#!"), "script"));
  EXPECT_FALSE(open_capture_bytes(gzip(as_bytes("hello, world")), "text.gz"));
}

TEST(FileSource, SaysWhyAFileCannotBeOpened) {
  const auto source = open_capture("/nonexistent/trace.pcap");
  ASSERT_FALSE(source);
  EXPECT_EQ(source.error().what,
            "cannot open capture /nonexistent/trace.pcap: No such file or directory");
  EXPECT_FALSE(source.error().advice.empty());
}

/// A folder of its own for each test, removed afterwards.
class Folder : public testing::Test {
 protected:
  void SetUp() override {
    path_ =
        fs::temp_directory_path() / ("espial-capture-test-" + std::to_string(::getpid()) + "-" +
                                     testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(path_);
  }
  void TearDown() override { fs::remove_all(path_); }

  void write(const std::string& name, ByteView bytes) const {
    std::ofstream(path_ / name, std::ios::binary) << as_text(bytes);
  }
  [[nodiscard]] static Bytes file_at(std::uint32_t second, std::uint8_t mark) {
    return PcapImage()
        .packet(second, 0, pattern(4, mark))
        .packet(second + 50, 0, pattern(5, mark))
        .bytes();
  }

  fs::path path_;
};

TEST_F(Folder, ReadsItsFilesInTheOrderOfTheirFirstPackets) {
  write("c.pcap", file_at(100, 1));
  write("b.pcap.gz", gzip(file_at(300, 3)));
  write("a.pcapng", PcapngImage().interface(1).enhanced(0, 200'000'000, pattern(4, 2)).bytes());
  write("trace.pcap1", file_at(400, 4));
  write("notes.txt", as_bytes("no capture, and not named like one"));
  fs::create_directory(path_ / "below.pcap");
  const auto source = open_capture(path_.string());
  ASSERT_TRUE(source) << source.error().what;
  const WholeRead read = read_whole(**source);
  EXPECT_FALSE(read.damage);
  std::vector<std::int64_t> seconds;
  std::vector<std::uint64_t> numbers;
  for (const auto& packet : read.packets) {
    seconds.push_back(packet.time.nanoseconds() / 1'000'000'000);
    numbers.push_back(packet.number);
  }
  EXPECT_EQ(seconds, (std::vector<std::int64_t>{100, 150, 200, 300, 350, 400, 450}));
  EXPECT_EQ(numbers, (std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6, 7}));
  EXPECT_EQ((*source)->stats().packets, 7U);
  EXPECT_EQ((*source)->progress().done, (*source)->progress().total);
  EXPECT_GT((*source)->progress().total, 0U);
}

TEST_F(Folder, GoesOnAfterADamagedFileAndOneThatIsNoCapture) {
  write("a.pcap", as_bytes("this is not a capture"));
  Bytes cut = file_at(100, 1);
  cut.pop_back();
  write("b.pcap", cut);
  write("c.pcap", file_at(200, 2));
  write("d.pcap", {});
  const auto source = open_capture(path_.string());
  ASSERT_TRUE(source);
  const WholeRead read = read_whole(**source);
  EXPECT_EQ(read.packets.size(), 3U);
  ASSERT_TRUE(read.damage);
  EXPECT_EQ(read.damage->file, (path_ / "a.pcap").string());
  EXPECT_EQ(read.damage->offset, 0U);
}

TEST_F(Folder, WithoutCapturesIsAnError) {
  write("notes.txt", as_bytes("nothing"));
  const auto source = open_capture(path_.string());
  ASSERT_FALSE(source);
  EXPECT_TRUE(source.error().what.starts_with("no capture lies in folder"));
}

TEST_F(Folder, FilesOpenByName) {
  write("x", file_at(100, 1));
  const auto source = open_capture((path_ / "x").string());
  ASSERT_TRUE(source);
  EXPECT_EQ(read_whole(**source).packets.size(), 2U);
}

}  // namespace
}  // namespace espial::capture
