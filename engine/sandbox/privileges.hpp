#pragma once
#include <expected>
#include <string>

#include "engine/base/error.hpp"

namespace espial::sandbox {

/// Who the process becomes and what it keeps.
struct Privileges {
  std::string user;               // name or number; empty: stay who we are
  std::string group;              // name or number; empty: the user's own group
  bool allow_core_dumps = false;  // a core of ours holds packets of strangers and the private key
};

/// Gives up all privileges but CAP_NET_ADMIN (permitted and effective; nothing inheritable, ambient
/// or bounding, where the kernel lets us), all supplementary groups when the user changes, and with
/// no_new_privs the way back through exec. A process without any capability (a user's own) keeps
/// none and this succeeds.
///
/// Call it once, at start, after what needs root is open (queues, log files, sockets) and before
/// any thread starts: the kernel holds these per thread. On an error the process is in between and
/// must exit: the message says what to do.
[[nodiscard]] std::expected<void, SystemError> drop_privileges(const Privileges& privileges);

}  // namespace espial::sandbox
