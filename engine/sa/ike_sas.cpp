#include "engine/sa/ike_sas.hpp"

#include <algorithm>
#include <utility>

#include "engine/sa/hash_key.hpp"

namespace espial::sa {
namespace {

using ipsec::Anomaly;
using ipsec::AnomalySet;
using ipsec::IkeHeader;
using ipsec::IkeMessage;
using ipsec::Notify;

constexpr std::uint8_t kSaInit = 34;
constexpr std::uint8_t kSessionResume = 38;

// RFC 7296 section 3.10.1, RFC 5685, RFC 7383.
constexpr std::uint16_t kInvalidKe = 17;
constexpr std::uint16_t kCookie = 16390;
constexpr std::uint16_t kRedirect = 16407;
constexpr std::uint16_t kFragmentationSupported = 16430;

/// In clear and before there are keys: IKE_SA_INIT, IKE_SESSION_RESUME, and phase 1 of IKEv1.
bool is_in_making(const IkeHeader& header) noexcept {
  if (header.is_v1())
    return (header.exchange_type >= 1 && header.exchange_type <= 4) || header.is_authip();
  return header.exchange_type == kSaInit || header.exchange_type == kSessionResume;
}

bool begins(const IkeHeader& header) noexcept {
  return is_in_making(header) &&
         (header.is_v1() ? header.responder_spi.value() == 0 : !header.is_response());
}

const Notify* find_notify(const IkeMessage& message, std::uint16_t type) noexcept {
  const auto found = std::ranges::find(message.notifies, type, &Notify::type);
  return message.header.is_v1() || found == message.notifies.end() ? nullptr : &*found;
}

/// IKEv2 says it in a notification, IKEv1 in a vendor id: MD5("FRAGMENTATION").
bool says_fragmentation(const IkeMessage& message) noexcept {
  constexpr std::uint64_t kVendorIdFront = 0x4048b7d56ebce885;
  if (!message.header.is_v1()) return find_notify(message, kFragmentationSupported) != nullptr;
  return std::ranges::any_of(message.vendor_ids, [](ByteView id) {
    return id.size() >= 16 && read_be<std::uint64_t>(id) == kVendorIdFront;
  });
}

End sender_of(const IkeMessage& message, const decode::Packet& packet, const IkeSa& sa) noexcept {
  if (message.header.is_v1())
    return packet.source == sa.initiator ? End::initiator : End::responder;
  return (message.header.flags & ipsec::ike_flag::kInitiator) != 0 ? End::initiator
                                                                   : End::responder;
}

constexpr End other(End end) noexcept {
  return end == End::initiator ? End::responder : End::initiator;
}

/// Of the last messages: requests and responses of the initiator, then of the responder.
std::size_t place_of(End sender, bool response) noexcept {
  return (std::to_underlying(sender) * 2U) + (response ? 1U : 0U);
}

bool offers_group(const Suite& offer, std::uint16_t group) noexcept {
  return offer.cut || std::ranges::any_of(offer.algorithms, [group](const Algorithm& offered) {
           return offered.kind == AlgorithmKind::key_exchange && offered.id == group;
         });
}

/// RFC 5685 section 9.2: gateway type, its length, the gateway, and the nonce of the request. Empty
/// when it is not there.
ByteView nonce_of_redirect(const Notify& redirect) noexcept {
  ByteReader in(redirect.data);
  in.skip(1);
  in.skip(in.be<std::uint8_t>());
  return in.rest();
}

std::uint16_t chosen_hash(const IkeSa& sa) noexcept {
  const auto hash = std::ranges::find(sa.chosen.algorithms, AlgorithmKind::hash, &Algorithm::kind);
  return hash == sa.chosen.algorithms.end() ? std::uint16_t{0} : hash->id;
}

}  // namespace

std::uint64_t IkeSas::key_in_making(const IkeMessage& message,
                                    const decode::Packet& packet) const noexcept {
  const auto [low, high] = std::minmax(packet.source, packet.destination);
  return HashKey().add(message.header.initiator_spi.value()).add(low).add(high).hash(secret_);
}

std::uint64_t IkeSas::key_of_spis(const IkeHeader& header) const noexcept {
  return HashKey()
      .add(header.initiator_spi.value())
      .add(header.responder_spi.value())
      .hash(secret_);
}

IkeSa* IkeSas::find(const IkeMessage& message, const decode::Packet& packet, Timestamp now) {
  if (!is_in_making(message.header)) {
    const std::uint64_t* const key = by_spis_.find(key_of_spis(message.header), now);
    return key == nullptr ? nullptr : table_.find(*key, now);
  }
  const std::uint64_t key = key_in_making(message, packet);
  if (!begins(message.header)) return table_.find(key, now);
  const auto [sa, created] = table_.make(key, now);
  sa->initiator = packet.source;
  return sa;
}

/// An SA with two SPIs is found by them from now on, and outlives those in the making once it has
/// had an encrypted message.
void IkeSas::remember_spis(const IkeMessage& message, const decode::Packet& packet, Timestamp now) {
  if (message.header.responder_spi.value() == 0) return;
  const std::uint64_t spis = key_of_spis(message.header);
  if (is_in_making(message.header)) {
    *by_spis_.make(spis, now).value = key_in_making(message, packet);
  } else if (message.encrypted) {
    by_spis_.keep(spis);
    if (const std::uint64_t* const key = by_spis_.find(spis, now)) table_.keep(*key);
  }
}

AnomalySet IkeSas::judge_offer(const IkeMessage& message, IkeSa& sa) {
  AnomalySet anomalies;
  if (!message.proposals.empty()) {
    read_suite(message, read_);
    sa.has_offer = true;
    if (sa.offered != read_) {
      sa.offered = read_;
      sa.has_choice = false;
    }
  }
  if (!message.nonces.empty()) {
    sa.nonce = hash(message.nonces.front());
    sa.has_nonce = true;
  }
  if (const Notify* const cookie = find_notify(message, kCookie)) {
    if (!sa.has_cookie) {
      anomalies.add(Anomaly::ike_cookie_unsolicited);
    } else if (std::ranges::find(sa.cookies, hash(cookie->data)) == sa.cookies.end()) {
      anomalies.add(Anomaly::ike_cookie_changed);
    }
  }
  return anomalies;
}

AnomalySet IkeSas::judge_answer(const IkeMessage& message, IkeSa& sa) const {
  AnomalySet anomalies;
  if (!message.proposals.empty()) {
    read_suite(message, sa.chosen);
    sa.has_choice = true;
    if (sa.has_offer && !is_choice_of(sa.chosen, sa.offered, message.header.is_v1()))
      anomalies.add(Anomaly::ike_choice_not_offered);
  }
  if (const Notify* const cookie = find_notify(message, kCookie)) {
    const std::uint64_t asked = hash(cookie->data);
    if (!sa.has_cookie || asked != sa.cookies[0])
      sa.cookies = {asked, sa.has_cookie ? sa.cookies[0] : asked};
    sa.has_cookie = true;
  }
  const Notify* const wanted = find_notify(message, kInvalidKe);
  if (wanted != nullptr && wanted->data.size() == 2 && sa.has_offer &&
      !offers_group(sa.offered, read_be<std::uint16_t>(wanted->data)))
    anomalies.add(Anomaly::ike_group_not_offered);
  const Notify* const redirect = find_notify(message, kRedirect);
  if (redirect != nullptr && sa.has_nonce && hash(nonce_of_redirect(*redirect)) != sa.nonce)
    anomalies.add(Anomaly::ike_redirect_nonce);
  return anomalies;
}

/// RFC 7296 sections 2.1 to 2.3. A first request that is sent again differs by right: it returns a
/// cookie, or has another key. Fragments differ by their number, and a message that found no answer
/// may come again as fragments (RFC 7383 section 2.5.3). Several requests may be on their way at
/// once, and an old one may come late: the highest number stands for them all.
AnomalySet IkeSas::judge_order(const IkeMessage& message, IkeSa& sa) const {
  AnomalySet anomalies;
  const IkeHeader& header = message.header;
  if (header.is_v1()) return anomalies;
  const End sender =
      (header.flags & ipsec::ike_flag::kInitiator) != 0 ? End::initiator : End::responder;
  const std::uint32_t id = header.message_id.value();
  const LastMessage& request = sa.last[place_of(other(sender), false)];
  if (header.is_response() && (!request.seen || id > request.id))
    anomalies.add(Anomaly::ike_unrequested_response);
  if (header.is_response() && request.seen && id == request.id &&
      header.exchange_type != request.exchange_type)
    anomalies.add(Anomaly::ike_response_exchange);
  LastMessage& last = sa.last[place_of(sender, header.is_response())];
  const bool comparable = !is_in_making(header) && !message.fragment;
  const std::uint64_t hashed = comparable ? hash(message.bytes) : 0;
  const bool again = last.seen && last.id == id;
  if (again && comparable && last.hash != 0 && last.hash != hashed)
    anomalies.add(Anomaly::ike_retransmission_differs);
  if (!last.seen || id >= last.id)
    last = {.id = id, .hash = hashed, .exchange_type = header.exchange_type, .seen = true};
  return anomalies;
}

void IkeSas::look_for_nat(const IkeMessage& message, const decode::Packet& packet, End sender,
                          IkeSa& sa) {
  const auto found = nat_.look(message, packet, chosen_hash(sa));
  if (!found) return;
  sa.nat_looked_at = true;
  if (found->source) sa.behind_nat[std::to_underlying(sender)] = true;
  if (found->destination) sa.behind_nat[std::to_underlying(other(sender))] = true;
}

IkeSas::Observed IkeSas::observe(const IkeMessage& message, const decode::Packet& packet,
                                 Timestamp now) {
  Observed out;
  IkeSa* const sa = find(message, packet, now);
  if (sa == nullptr) return out;
  out.sa = sa;
  out.anomalies = judge_order(message, *sa);
  if (message.fragment && sa->has_choice && !sa->takes_fragments_both())
    out.anomalies.add(Anomaly::ike_fragments_not_negotiated);
  out.in_making = is_in_making(message.header);
  if (out.in_making) {
    out.anomalies.merge(begins(message.header) ? judge_offer(message, *sa)
                                               : judge_answer(message, *sa));
    const End sender = sender_of(message, packet, *sa);
    if (says_fragmentation(message)) sa->takes_fragments[std::to_underlying(sender)] = true;
    look_for_nat(message, packet, sender, *sa);
  }
  remember_spis(message, packet, now);
  return out;
}

}  // namespace espial::sa
