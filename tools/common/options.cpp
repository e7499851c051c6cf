#include "tools/common/options.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <utility>

#include "engine/config/load.hpp"
#include "engine/config/udp_ports.hpp"

namespace espial::tools {
namespace {

flow::Timeout timeout(const config::FlowTimeout& t) {
  return {.normal = {.created = t.created,
                     .established = t.established,
                     .closed = t.closed,
                     .bypassed = t.bypassed},
          .emergency = {.created = t.emergency_created,
                        .established = t.emergency_established,
                        .closed = t.emergency_closed,
                        .bypassed = t.emergency_bypassed}};
}

verdict::ExceptionPolicy policy(config::ExceptionPolicy own) {
  using config::ExceptionPolicy;
  switch (own) {
    case ExceptionPolicy::automatic:
    case ExceptionPolicy::ignore: return verdict::ExceptionPolicy::ignore;
    case ExceptionPolicy::pass_packet: return verdict::ExceptionPolicy::pass_packet;
    case ExceptionPolicy::pass_flow: return verdict::ExceptionPolicy::pass_flow;
    case ExceptionPolicy::bypass: return verdict::ExceptionPolicy::bypass;
    case ExceptionPolicy::drop_packet: return verdict::ExceptionPolicy::drop_packet;
    case ExceptionPolicy::drop_flow: return verdict::ExceptionPolicy::drop_flow;
    case ExceptionPolicy::reject: return verdict::ExceptionPolicy::reject;
  }
  std::unreachable();
}

flow::UrgentPolicy urgent(config::UrgentPolicy own) {
  switch (own) {
    case config::UrgentPolicy::oob: return flow::UrgentPolicy::oob;
    case config::UrgentPolicy::inline_data: return flow::UrgentPolicy::inline_data;
    case config::UrgentPolicy::drop: return flow::UrgentPolicy::drop;
    case config::UrgentPolicy::gap: return flow::UrgentPolicy::gap;
  }
  std::unreachable();
}

record::EveType eve_type(config::EveType type) {
  switch (type) {
    case config::EveType::alert: return record::EveType::alert;
    case config::EveType::anomaly: return record::EveType::anomaly;
    case config::EveType::drop: return record::EveType::drop;
    case config::EveType::flow: return record::EveType::flow;
    case config::EveType::ike: return record::EveType::ike;
    case config::EveType::netflow: return record::EveType::netflow;
    case config::EveType::stats: return record::EveType::stats;
    case config::EveType::count_: break;
  }
  std::unreachable();
}

/// The types that the settings name; what they do not speak of (a Lost record, ...) is always
/// written.
record::EveTypes eve_types(const config::EveSettings& eve) {
  record::EveTypes types;
  if (!eve.enabled) return types;
  eve.types.for_each([&](config::EveType type) { types.add(eve_type(type)); });
  for (const record::EveType always :
       {record::EveType::packet, record::EveType::spi_summary, record::EveType::lost})
    types.add(always);
  return types;
}

/// The ports have been checked when the settings were loaded.
decode::UdpTunnelSettings udp_tunnel(const config::TunnelSettings& tunnel,
                                     const config::VariableSettings& vars) {
  static_assert(config::kMostTunnelPorts == decode::PortSet::kMost);
  decode::UdpTunnelSettings result{.enabled = tunnel.enabled, .ports = {}};
  const auto ports = config::resolve_ports(tunnel.ports, vars);
  if (!ports) return result;
  if (ports->any) result.ports = decode::PortSet::any();
  for (const std::uint16_t port : ports->ports) (void)result.ports.add(port);
  return result;
}

}  // namespace

std::optional<config::Settings> load_settings(const std::optional<std::filesystem::path>& file,
                                              std::span<const std::string> overrides) {
  config::Loaded loaded = config::load(file, overrides);
  for (const config::Problem& problem : loaded.problems)
    fmt::print(stderr, "{}\n", to_text(problem));
  if (!loaded.ok()) return std::nullopt;
  return std::move(loaded.settings);
}

flow::Limits flow_limits(const config::Settings& settings) {
  const config::FlowTimeoutSettings& t = settings.flow_timeouts;
  return {.max_flows = settings.flow.max_flows,
          .memcap = settings.flow.memcap.bytes,
          .timeouts = {.other = timeout(t.other),
                       .tcp = timeout(t.tcp),
                       .udp = timeout(t.udp),
                       .icmp = timeout(t.icmp),
                       .esp = timeout(t.esp)},
          .emergency_recovery = settings.flow.emergency_recovery,
          .prune_flows = settings.flow.prune_flows};
}

flow::HostPolicies host_policies(const config::Settings& settings) {
  std::vector<flow::HostPolicies::Row> rows;
  for (const auto& [name, prefixes] : settings.host_os_policy) {
    const auto policy = flow::parse_os_policy(name);
    for (const IpPrefix& prefix : prefixes)
      if (policy) rows.emplace_back(prefix, *policy);
  }
  return flow::HostPolicies(rows);
}

flow::StreamLimits stream_limits(const config::Settings& settings, bool verdicts) {
  const config::StreamSettings& from = settings.stream;
  return {.memcap = from.memcap.bytes,
          .reassembly_memcap = from.reassembly_memcap.bytes,
          .depth = from.depth.bytes,
          .to_server_chunk = static_cast<std::uint32_t>(from.to_server_chunk.bytes),
          .to_client_chunk = static_cast<std::uint32_t>(from.to_client_chunk.bytes),
          .midstream = from.midstream,
          .async_oneside = from.async_oneside,
          .inline_mode = from.inline_mode.value_or(verdicts),
          .max_synack_queued = static_cast<std::uint8_t>(from.max_synack_queued),
          .urgent = urgent(from.urgent),
          .urgent_limit = urgent(from.urgent_limit)};
}

flow::DefragLimits defrag_limits(const config::Settings& settings) {
  return {.memcap = settings.defrag.memcap.bytes,
          .max_trackers = settings.defrag.trackers,
          .max_fragments = settings.defrag.max_frags,
          .timeout = settings.defrag.timeout,
          .hosts = host_policies(settings)};
}

pipeline::HeldFrames::Limits held_limits(const config::Settings& settings) {
  return {.max_frames = settings.defrag.max_held, .timeout = settings.defrag.hold_timeout};
}

verdict::ExceptionPolicies exception_policies(const config::Settings& settings) {
  using verdict::Exception;
  const config::ExceptionSettings& from = settings.exceptions;
  verdict::ExceptionPolicies policies;
  policies.drop_invalid = settings.stream.drop_invalid;
  const auto take = [&](Exception exception, config::ExceptionPolicy own) {
    policies.of[std::to_underlying(exception)] =
        policy(own == config::ExceptionPolicy::automatic ? from.master : own);
  };
  take(Exception::flow_memory, from.flow_memcap);
  take(Exception::defrag_memory, from.defrag_memcap);
  take(Exception::stream_memory, from.stream_memcap);
  take(Exception::stream_midstream, from.midstream);
  take(Exception::reassembly_memory, from.reassembly_memcap);
  return policies;
}

decode::DecoderSettings decoder_settings(const config::Settings& settings) {
  const config::DecoderSettings& decoder = settings.decoder;
  const config::VariableSettings& vars = settings.vars;
  return {.vxlan = udp_tunnel(decoder.vxlan, vars),
          .geneve = udp_tunnel(decoder.geneve, vars),
          .teredo = udp_tunnel(decoder.teredo, vars),
          .vxlan_strict = decoder.vxlan_reserved == config::ReservedBits::strict,
          .erspan_type1 = decoder.erspan_type1,
          .max_layers = decoder.max_layers};
}

sa::Limits sa_limits(const config::Settings& settings) {
  const config::IpsecSettings& ipsec = settings.ipsec;
  return {.max_sas = ipsec.max_sas,
          .sa_timeout = ipsec.sa_timeout,
          .max_fragment_sets = ipsec.max_fragment_sets,
          .fragment_timeout = ipsec.fragment_timeout,
          .learn_endpoints = ipsec.learn_ports,
          .max_endpoints = ipsec.max_endpoints,
          .endpoint_timeout = ipsec.endpoint_timeout,
          .max_tcp_connections = ipsec.max_tcp_connections,
          .tcp_timeout = ipsec.tcp_timeout,
          .summary_interval = ipsec.summary_interval};
}

record::LogOptions log_options(const config::Settings& settings, std::filesystem::path directory,
                               record::OpenMode mode) {
  record::LogOptions options;
  options.directory = std::move(directory);
  options.mode = mode;
  options.eve.types = eve_types(settings.outputs.eve);
  options.ipsec.compat = settings.ipsec_log.compat == config::IpsecLogCompat::zeek
                             ? record::IpsecCompat::zeek
                             : record::IpsecCompat::extended;
  options.ipsec.format = settings.ipsec_log.format == config::IpsecLogFormat::tsv
                             ? record::IpsecFormat::tsv
                             : record::IpsecFormat::json;
  return options;
}

}  // namespace espial::tools
