#include "engine/sandbox/privileges.hpp"

#include <cap-ng.h>
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <string>
#include <utility>

#include "engine/base/text.hpp"

namespace espial::sandbox {
namespace {

using Outcome = std::expected<void, SystemError>;

std::unexpected<SystemError> failure(std::string what, std::string advice) {
  return std::unexpected(SystemError{.what = std::move(what), .advice = std::move(advice)});
}

struct Account {
  uid_t user;
  gid_t group;
};

/// Room for one entry of the user or group database (sysconf(_SC_GETPW_R_SIZE_MAX) is 1024 here).
using EntryBuffer = std::array<char, 16'384>;

std::expected<Account, SystemError> find_user(const std::string& name) {
  EntryBuffer buffer{};
  passwd entry{};
  passwd* found = nullptr;
  const auto number = parse_number<uid_t>(name);
  if (number)
    (void)::getpwuid_r(*number, &entry, buffer.data(), buffer.size(), &found);
  else
    (void)::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
  if (found != nullptr) return Account{.user = entry.pw_uid, .group = entry.pw_gid};
  if (number) return Account{.user = *number, .group = *number};
  return failure(fmt::format("there is no user {}", name),
                 "correct run-as.user, or make it: adduser --system --group " + name);
}

std::expected<gid_t, SystemError> find_group(const std::string& name) {
  if (const auto number = parse_number<gid_t>(name)) return *number;
  EntryBuffer buffer{};
  group entry{};
  group* found = nullptr;
  (void)::getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
  if (found != nullptr) return entry.gr_gid;
  return failure(fmt::format("there is no group {}", name),
                 "correct run-as.group, or make it: addgroup --system " + name);
}

/// Who to become; the present ids where nothing is asked for.
std::expected<Account, SystemError> find_account(const Privileges& privileges) {
  Account account{.user = ::getuid(), .group = ::getgid()};
  if (!privileges.user.empty()) {
    const auto user = find_user(privileges.user);
    if (!user) return std::unexpected(user.error());
    account = *user;
  }
  if (!privileges.group.empty()) {
    const auto group = find_group(privileges.group);
    if (!group) return std::unexpected(group.error());
    account.group = *group;
  }
  return account;
}

bool holds(unsigned capability) {
  return capng_have_capability(CAPNG_EFFECTIVE, capability) == 1;
}

/// Notes in libcap-ng's state what is to stay: of what we want only what we have.
void select_kept() {
  const bool net_admin = holds(CAP_NET_ADMIN);
  capng_clear(CAPNG_SELECT_BOTH);
  for (const capng_type_t set : {CAPNG_EFFECTIVE, CAPNG_PERMITTED}) {
    if (net_admin) (void)capng_update(CAPNG_ADD, set, CAP_NET_ADMIN);
  }
}

Outcome become(const Account& account) {
  // NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange): a C enumeration of flags
  const auto flags = static_cast<capng_flags_t>(CAPNG_DROP_SUPP_GRP | CAPNG_CLEAR_BOUNDING);
  const int code =
      capng_change_id(static_cast<int>(account.user), static_cast<int>(account.group), flags);
  if (code == 0) return {};
  return failure(fmt::format("cannot become user {}, group {}: libcap-ng says {}", account.user,
                             account.group, code),
                 "start as root, or leave run-as out and let systemd's User= do it");
}

/// Keeps the ids. The bounding set can only be cleared by who has CAP_SETPCAP.
Outcome apply_here(bool may_bound) {
  if (capng_apply(may_bound ? CAPNG_SELECT_BOTH : CAPNG_SELECT_CAPS) == 0) return {};
  return failure(fmt::format("cannot give up capabilities: {}", errno_text(errno)),
                 "start as root or with AmbientCapabilities=CAP_NET_ADMIN");
}

Outcome forbid_new_privileges() {
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) return {};
  return failure(fmt::format("cannot set no_new_privs: {}", errno_text(errno)), "");
}

/// Both: the limit does not hold when the kernel pipes cores to a program, the flag does.
Outcome forbid_core_dumps() {
  const rlimit none{.rlim_cur = 0, .rlim_max = 0};
  if (::setrlimit(RLIMIT_CORE, &none) == 0 && ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0) return {};
  return failure(fmt::format("cannot turn core dumps off: {}", errno_text(errno)), "");
}

}  // namespace

std::expected<void, SystemError> drop_privileges(const Privileges& privileges) {
  const auto account = find_account(privileges);
  if (!account) return std::unexpected(account.error());
  if (capng_get_caps_process() != 0)
    return failure("cannot read the process's capabilities", "is /proc mounted?");

  const bool changes_id = account->user != ::getuid() || account->group != ::getgid();
  const bool may_bound = holds(CAP_SETPCAP);
  select_kept();
  if (auto done = changes_id ? become(*account) : apply_here(may_bound); !done) return done;
  if (auto done = forbid_new_privileges(); !done) return done;
  return privileges.allow_core_dumps ? Outcome{} : forbid_core_dumps();
}

}  // namespace espial::sandbox
