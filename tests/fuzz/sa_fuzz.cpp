#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <memory>
#include <set>
#include <tuple>
#include <vector>

#include "engine/sa/memory.hpp"
#include "engine/sa/spi.hpp"

/// The input is a sequence of packets: a byte that chooses ends, ports and the time that passes, a
/// length of two bytes, and the payload. All tables are small, so that entries have to go.
///
/// Oracle: two memories with different secrets say the same; tables keep their ceilings; views can
/// be read and lie in the message; what is joined is made of pieces that came; a choice that is not
/// told as strange stands in one group of the offer; an SPI in clear stays so and is told once.
namespace espial::sa {
namespace {

using Bytes = std::vector<std::byte>;

constexpr Limits kLimits{.max_sas = 4, .max_fragment_sets = 3, .max_endpoints = 4};

void require(bool holds) {
  if (!holds) std::abort();
}

/// Reads every byte of what the message shows, so that a view that is not good any more is found.
unsigned touch(const ipsec::IkeMessage& message) {
  unsigned sum = 0;
  const auto add = [&sum](ByteView bytes) {
    for (const std::byte b : bytes) sum += std::to_integer<unsigned>(b);
  };
  add(message.bytes);
  for (const ipsec::Payload& payload : message.payloads) add(payload.body);
  for (const ipsec::Notify& notify : message.notifies) add(notify.data);
  if (message.fragment) add(message.fragment->data);
  return sum;
}

/// Every fragment of IKEv1 that ever came, by its set and number.
class Pieces {
 public:
  using Numbers = std::map<std::uint16_t, std::set<Bytes>>;

  /// The set that the fragment in `message`, now kept, belongs to.
  const Numbers& keep(const ipsec::IkeMessage& message, const decode::Packet& packet) {
    const ipsec::IkeFragment& fragment = *message.fragment;
    Numbers& numbers =
        sets_[{message.header.initiator_spi.value(), message.header.responder_spi.value(),
               packet.source, packet.destination, fragment.id}];
    numbers[fragment.number].emplace(fragment.data.begin(), fragment.data.end());
    return numbers;
  }
  /// Whether `joined` is a piece with number 1, one with number 2, ...
  static bool make(ByteView joined, const Numbers& numbers) {
    std::set<std::size_t> ends{0};
    for (std::uint16_t number = 1; numbers.contains(number) && !ends.contains(joined.size());
         ++number) {
      std::set<std::size_t> next;
      for (const std::size_t end : ends)
        for (const Bytes& piece : numbers.at(number))
          if (joined.size() - end >= piece.size() &&
              equal(joined.subspan(end, piece.size()), piece))
            next.insert(end + piece.size());
      ends = next;
    }
    return ends.contains(joined.size());
  }

 private:
  using Key = std::tuple<std::uint64_t, std::uint64_t, IpAddress, IpAddress, std::uint16_t>;
  std::map<Key, Numbers> sets_;
};

/// is_choice_of() in the plainest way.
bool is_in_one_group(const Suite& choice, const Suite& offer, bool v1) {
  if (offer.cut || choice.algorithms.empty()) return true;
  for (unsigned group = 0; group < 256; ++group)
    if (std::ranges::all_of(choice.algorithms, [&](Algorithm chosen) {
          if (!v1 && chosen.group != group) return false;
          chosen.group = static_cast<std::uint8_t>(group);
          return std::ranges::find(offer.algorithms, chosen) != offer.algorithms.end();
        }))
      return true;
  return false;
}

/// One worker's share.
class Sensor {
 public:
  explicit Sensor(const SipKey& secret) : memory_(std::make_unique<Memory>(kLimits, secret)) {}

  /// What is found in the packet, and in the message that it completes.
  std::array<ipsec::AnomalySet, 2> look(const decode::Packet& packet, Timestamp now) {
    ipsec::dissect(packet, *layers_);
    memory_->observe(packet, now, *layers_);
    watch_spi(packet);
    check(packet.payload);
    std::array<ipsec::AnomalySet, 2> found{layers_->all_anomalies()};
    const bool piece = layers_->has_ike() && layers_->ike.fragment && layers_->ike.header.is_v1();
    const auto* const numbers = piece ? &pieces_.keep(layers_->ike, packet) : nullptr;
    if (!memory_->next_message(packet, now, *layers_)) return found;
    require(numbers != nullptr);
    const ipsec::IkeMessage& joined = layers_->ike;
    require(joined.anomalies.has(ipsec::Anomaly::ike_trailing_bytes) ||
            joined.anomalies.has(ipsec::Anomaly::ike_length_too_small) ||
            Pieces::make(joined.bytes, *numbers));
    check(layers_->ike.bytes);
    found[1] = layers_->all_anomalies();
    require(!memory_->next_message(packet, now, *layers_));
    return found;
  }
  [[nodiscard]] const View& view() const { return memory_->view(); }

 private:
  void check(ByteView message) {
    require(memory_->counters().sas <= kLimits.max_sas);
    require(memory_->counters().endpoints <= kLimits.max_endpoints);
    if (!layers_->has_ike()) return;
    (void)touch(layers_->ike);
    require(contains(message, layers_->ike.bytes));
    for (const ipsec::Payload& payload : layers_->ike.payloads)
      require(contains(layers_->ike.bytes, payload.body));
    const View& view = memory_->view();
    const bool told = layers_->ike.anomalies.has(ipsec::Anomaly::ike_choice_not_offered);
    if (view.chosen != nullptr && view.offered != nullptr)
      require(told != is_in_one_group(*view.chosen, *view.offered, layers_->ike.header.is_v1()));
    if (view.fragments)
      require(view.fragments->total == 0 || view.fragments->received <= view.fragments->total);
  }

  void watch_spi(const decode::Packet& packet) {
    const auto spi = layers_->outer_spi();
    if (!spi) return;
    flow::SpiMemory& memory = spis_[{packet.destination, spi->value()}];
    const flow::Secrecy before = memory.secrecy;
    observe_spi(packet, *layers_, memory);
    const bool told = layers_->anomalies.has(ipsec::Anomaly::esp_null_encryption);
    require(told == (before == flow::Secrecy::unsure && memory.secrecy == flow::Secrecy::clear));
    require(before != flow::Secrecy::clear || memory.secrecy == flow::Secrecy::clear);
    require(memory.weighed <= kPacketsWeighed);
    if (layers_->null_esp) require(contains(packet.payload, layers_->null_esp->data));
  }

  std::unique_ptr<Memory> memory_;
  std::unique_ptr<ipsec::Layers> layers_ = std::make_unique<ipsec::Layers>();
  std::map<std::pair<IpAddress, std::uint32_t>, flow::SpiMemory> spis_;
  Pieces pieces_;
};

/// Bit 0: there or back. Bits 1 and 2: ports, or ESP without UDP. Bits 3 and 4: the other end.
decode::Packet packet_of(std::uint8_t choice, ByteView payload) {
  constexpr std::array<std::uint16_t, 3> kPorts{500, 4500, 40'000};
  const std::array near{std::byte{10}, std::byte{0}, std::byte{0}, std::byte{1}};
  const std::array far{std::byte{10}, std::byte{0}, std::byte{1},
                       static_cast<std::byte>(choice >> 3U & 3U)};
  decode::Packet packet;
  packet.source = IpAddress::from_bytes(near);
  packet.destination = IpAddress::from_bytes(far);
  if ((choice & 1U) != 0) std::swap(packet.source, packet.destination);
  packet.payload = payload;
  const unsigned ports = choice >> 1U & 3U;
  if (ports == kPorts.size()) {
    packet.upper = decode::IpProtocol::esp;
    return packet;
  }
  packet.transport = decode::Transport::udp;
  packet.source_port = packet.destination_port = Port{kPorts[ports]};
  return packet;
}

/// Bits 5 to 7: nothing, a second, a time after which fragments go, ...
Duration pause_of(std::uint8_t choice) {
  constexpr std::array<std::int64_t, 8> kSeconds{0, 0, 0, 0, 1, 31, 601, 3601};
  return std::chrono::seconds(kSeconds[choice >> 5U]);
}

std::vector<Algorithm> algorithms_of(const Suite* suite) {
  if (suite == nullptr) return {};
  return {suite->algorithms.begin(), suite->algorithms.end()};
}

void check(ByteView input) {
  Sensor one({1, 2});
  Sensor other({3, 4});
  Timestamp now = Timestamp::from_parts(1'700'000'000, 0);
  ByteReader in(input);
  while (in.remaining() > 3) {
    const auto choice = in.be<std::uint8_t>();
    const std::size_t size = in.be<std::uint16_t>();
    const Bytes payload = [&] {
      const ByteView view = in.take(std::min(size, in.remaining()));
      return Bytes(view.begin(), view.end());  // its own memory, so that its ends are known
    }();
    now = now + pause_of(choice);
    const decode::Packet packet = packet_of(choice, payload);
    require(one.look(packet, now) == other.look(packet, now));
    require(algorithms_of(one.view().offered) == algorithms_of(other.view().offered));
    require(algorithms_of(one.view().chosen) == algorithms_of(other.view().chosen));
    require(one.view().learned == other.view().learned);
  }
}

}  // namespace
}  // namespace espial::sa

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  espial::sa::check(std::as_bytes(std::span(data, size)));
  return 0;
}
