#include "engine/sandbox/privileges.hpp"

#include <cap-ng.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <string>
#include <utility>

namespace espial::sandbox {
namespace {

Privileges as(std::string user, std::string group = {}) {
  Privileges privileges;
  privileges.user = std::move(user);
  privileges.group = std::move(group);
  return privileges;
}

Privileges with_core_dumps() {
  Privileges privileges;
  privileges.allow_core_dumps = true;
  return privileges;
}

/// Runs `check` in a child, since privileges never come back: 0 when it says true, 1 when false.
int in_child(const std::function<bool()>& check) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(check() ? 0 : 1);  // no leak check at exit: it needs ptrace
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
  return WEXITSTATUS(status);
}

/// Whether CAP_NET_ADMIN, or nothing, is permitted and effective.
bool has_exactly(bool net_admin) {
  if (capng_get_caps_process() != 0) return false;
  for (unsigned capability = 0; capability <= CAP_LAST_CAP; ++capability) {
    const bool wanted = capability == CAP_NET_ADMIN && net_admin;
    for (const capng_type_t set : {CAPNG_EFFECTIVE, CAPNG_PERMITTED})
      if ((capng_have_capability(set, capability) == 1) != wanted) return false;
    if (capng_have_capability(CAPNG_INHERITABLE, capability) == 1) return false;
  }
  return true;
}

class DropPrivilegesAsRoot : public testing::Test {
 protected:
  void SetUp() override {
    capng_get_caps_process();
    for (const int needed : {CAP_NET_ADMIN, CAP_NET_RAW, CAP_SETUID, CAP_SETGID, CAP_SETPCAP})
      if (capng_have_capability(CAPNG_EFFECTIVE, static_cast<unsigned>(needed)) != 1)
        GTEST_SKIP() << "needs root";
  }
};

TEST_F(DropPrivilegesAsRoot, KeepsNetAdminAlone) {
  EXPECT_EQ(in_child([] { return drop_privileges({}).has_value() && has_exactly(true); }), 0);
}

TEST_F(DropPrivilegesAsRoot, EmptiesTheBoundingSet) {
  EXPECT_EQ(in_child([] {
              return drop_privileges({}).has_value() &&
                     ::prctl(PR_CAPBSET_READ, CAP_SYS_ADMIN, 0, 0, 0) == 0 &&
                     ::prctl(PR_CAPBSET_READ, CAP_SETUID, 0, 0, 0) == 0;
            }),
            0);
}

TEST_F(DropPrivilegesAsRoot, BecomesTheUserAndNeverRootAgain) {
  EXPECT_EQ(in_child([] {
              return drop_privileges(as("nobody")).has_value() && ::getuid() != 0 &&
                     ::geteuid() != 0 && ::getgid() != 0 && ::getgroups(0, nullptr) == 0 &&
                     ::setuid(0) != 0 && has_exactly(true);
            }),
            0);
}

TEST_F(DropPrivilegesAsRoot, TakesNumbersForNames) {
  EXPECT_EQ(in_child([] {
              return drop_privileges(as("60123", "60124")).has_value() && ::getuid() == 60123 &&
                     ::getgid() == 60124;
            }),
            0);
}

TEST_F(DropPrivilegesAsRoot, CanBeDoneTwice) {
  EXPECT_EQ(in_child([] {
              return drop_privileges({}).has_value() && drop_privileges({}).has_value() &&
                     has_exactly(true);
            }),
            0);
}

TEST_F(DropPrivilegesAsRoot, CannotBecomeAnotherOnceItHasDropped) {
  EXPECT_EQ(in_child([] {
              return drop_privileges({}).has_value() && !drop_privileges(as("60123")).has_value();
            }),
            0);
}

TEST(DropPrivileges, SucceedsForAUserWhoHasNone) {
  EXPECT_EQ(in_child([] {
              if (::getuid() == 0 && ::setuid(60123) != 0) return false;
              return drop_privileges({}).has_value() && has_exactly(false);
            }),
            0);
}

TEST(DropPrivileges, ForbidsNewPrivilegesAndCores) {
  EXPECT_EQ(in_child([] {
              rlimit core{};
              return drop_privileges({}).has_value() &&
                     ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 &&
                     ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 &&
                     ::getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_max == 0;
            }),
            0);
}

TEST(DropPrivileges, LeavesCoresAloneWhenAsked) {
  EXPECT_EQ(in_child([] {
              return drop_privileges(with_core_dumps()).has_value() &&
                     ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 1;
            }),
            0);
}

TEST(DropPrivileges, NamesTheUserOrGroupThatIsMissing) {
  const auto user = drop_privileges(as("no-such-user"));
  ASSERT_FALSE(user.has_value());
  EXPECT_EQ(user.error().what, "there is no user no-such-user");
  EXPECT_THAT(user.error().advice, testing::HasSubstr("run-as.user"));
  const auto group = drop_privileges(as("", "no-such-group"));
  ASSERT_FALSE(group.has_value());
  EXPECT_EQ(group.error().what, "there is no group no-such-group");
}

}  // namespace
}  // namespace espial::sandbox
