#include "engine/control/server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <latch>
#include <string>
#include <thread>
#include <vector>

#include "engine/control/client.hpp"
#include "engine/control/unix_socket.hpp"

namespace espial::control {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

Reply echo(std::string_view command) {
  if (command == "reload") return {.ok = false, .message = "3 rules are wrong"};
  return {.ok = true, .message = "{\"command\":\"" + std::string(command) + "\"}"};
}

/// A folder of its own for each test, and a socket in it.
class Control : public testing::Test {
 protected:
  Control() {
    std::string pattern = (fs::path(testing::TempDir()) / "espial-control-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~Control() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  [[nodiscard]] fs::path path() const { return folder_ / "espiald.sock"; }
  [[nodiscard]] std::string ask(std::string_view command) const {
    const auto reply = control_request(path(), command, std::chrono::seconds(20));
    return reply ? *reply : to_text(reply.error());
  }
  /// Sends `bytes` as they are and gives all that comes back.
  [[nodiscard]] std::string send_raw(std::string_view bytes) const {
    const FileDescriptor socket = connect();
    (void)::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    return receive_all(socket);
  }
  [[nodiscard]] FileDescriptor connect() const {
    FileDescriptor socket = *open_stream_socket();
    EXPECT_EQ(connect_to(socket, *socket_address(path())), 0);
    return socket;
  }
  static std::string receive_all(const FileDescriptor& socket) {
    std::string all;
    std::array<char, 256> chunk{};
    for (pollfd ready{.fd = socket.get(), .events = POLLIN, .revents = 0};
         ::poll(&ready, 1, 20'000) == 1;) {
      const ssize_t got = ::recv(socket.get(), chunk.data(), chunk.size(), 0);
      if (got <= 0) break;
      all.append(chunk.data(), static_cast<std::size_t>(got));
    }
    return all;
  }

  fs::path folder_;
};

TEST_F(Control, AnswersCommands) {
  const auto server = ControlServer::start(path(), echo);
  ASSERT_TRUE(server) << to_text(server.error());
  EXPECT_EQ(ask("status"), R"({"command":"status"})");
  EXPECT_EQ(ask("top"), R"({"command":"top"})");
  EXPECT_EQ(ask("reload"), "reload: 3 rules are wrong");
}

TEST_F(Control, MakesASocketForOwnerAndGroupAndRemovesIt) {
  {
    const auto server = ControlServer::start(path(), echo);
    ASSERT_TRUE(server);
    struct stat status{};
    ASSERT_EQ(::stat(path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0660U);
  }
  EXPECT_FALSE(fs::exists(path()));
}

TEST_F(Control, MakesTheLastFolderOfItsPath) {
  const auto server = ControlServer::start(folder_ / "run" / "espiald.sock", echo);
  EXPECT_TRUE(server);
}

TEST_F(Control, ReplacesASocketThatADeadProcessLeft) {
  {
    const FileDescriptor dead = *open_stream_socket();
    const auto address = *socket_address(path());
    ASSERT_EQ(::bind(dead.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    ASSERT_EQ(::listen(dead.get(), 1), 0);
  }
  ASSERT_TRUE(fs::exists(path()));
  const auto server = ControlServer::start(path(), echo);
  ASSERT_TRUE(server) << to_text(server.error());
  EXPECT_EQ(ask("status"), R"({"command":"status"})");
}

TEST_F(Control, LeavesALivingServersSocketAlone) {
  const auto first = ControlServer::start(path(), echo);
  const auto second = ControlServer::start(path(), echo);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().what, HasSubstr("is in use"));
  EXPECT_EQ(ask("status"), R"({"command":"status"})");
}

TEST_F(Control, NeverReplacesAFile) {
  std::ofstream(path()) << "precious";
  EXPECT_FALSE(ControlServer::start(path(), echo));
  EXPECT_EQ(fs::file_size(path()), 8U);
}

TEST_F(Control, SaysWhatIsWrongWithItsPath) {
  const auto nowhere = ControlServer::start(folder_ / "a" / "b" / "espiald.sock", echo);
  ASSERT_FALSE(nowhere);
  EXPECT_THAT(nowhere.error().advice, HasSubstr("make its folder"));
  for (const fs::path& unfit : {fs::path(), fs::path("/" + std::string(107, 'x'))}) {
    const auto server = ControlServer::start(unfit, echo);
    ASSERT_FALSE(server);
    EXPECT_THAT(server.error().what, HasSubstr("cannot be a socket"));
  }
  EXPECT_TRUE(socket_address("/" + std::string(106, 'x')));
}

TEST_F(Control, TellsTheOperatorThatNobodyListens) {
  EXPECT_THAT(ask("status"), HasSubstr("espiald is not running"));
}

TEST_F(Control, TakesARequestInPieces) {
  const auto server = ControlServer::start(path(), echo);
  const FileDescriptor socket = connect();
  for (const char byte : request_line("status"))
    ASSERT_EQ(::send(socket.get(), &byte, 1, MSG_NOSIGNAL), 1);
  EXPECT_THAT(receive_all(socket), HasSubstr("\"return\":\"OK\""));
}

TEST_F(Control, RefusesWhatIsNoRequest) {
  const auto server = ControlServer::start(path(), echo);
  EXPECT_THAT(send_raw("status\n"), HasSubstr("\"return\":\"NOK\""));
  EXPECT_THAT(send_raw("\n"), HasSubstr("\"return\":\"NOK\""));
  EXPECT_EQ(ask("status"), R"({"command":"status"})") << "still there";
}

TEST_F(Control, HoldsTheLengthOfARequest) {
  ControlLimits limits;
  limits.max_request = request_line("status").size() - 1;  // the newline does not count
  const auto server = ControlServer::start(path(), echo, limits);
  EXPECT_EQ(ask("status"), R"({"command":"status"})");
  EXPECT_EQ(ask("status_"), "status_: the request is too long");
  EXPECT_THAT(send_raw(std::string(limits.max_request + 1, ' ')), HasSubstr("too long"))
      << "without a newline";
}

TEST_F(Control, DropsAClientThatSaysNothing) {
  ControlLimits limits;
  limits.timeout = std::chrono::milliseconds(50);
  const auto server = ControlServer::start(path(), echo, limits);
  const FileDescriptor silent = connect();
  EXPECT_EQ(receive_all(silent), "");
  EXPECT_EQ(ask("status"), R"({"command":"status"})");
}

TEST_F(Control, ServesMoreClientsThanItHoldsAtOnce) {
  ControlLimits limits;
  limits.max_clients = 2;
  limits.timeout = std::chrono::milliseconds(50);
  const auto server = ControlServer::start(path(), echo, limits);
  std::vector<FileDescriptor> silent;
  for (int i = 0; i < 5; ++i) silent.push_back(connect());
  EXPECT_EQ(ask("status"), R"({"command":"status"})");
}

TEST_F(Control, LetsOthersWaitWhileACommandRuns) {
  ControlLimits limits;
  limits.timeout = std::chrono::milliseconds(100);
  std::atomic<int> calls = 0;
  const auto server = ControlServer::start(
      path(),
      [&](std::string_view command) {
        if (calls++ == 0) std::this_thread::sleep_for(std::chrono::milliseconds(400));
        return echo(command);
      },
      limits);
  std::vector<std::string> replies(4);
  {
    std::vector<std::jthread> askers;
    for (std::string& reply : replies) askers.emplace_back([&] { reply = ask("status"); });
  }
  EXPECT_THAT(replies, testing::Each(R"({"command":"status"})"));
}

TEST_F(Control, GivesUpOnADaemonThatDoesNotAnswer) {
  std::latch done(1);
  const auto server = ControlServer::start(path(), [&](std::string_view command) {
    done.wait();
    return echo(command);
  });
  const auto reply = control_request(path(), "status", std::chrono::milliseconds(50));
  done.count_down();
  ASSERT_FALSE(reply);
  EXPECT_THAT(reply.error().what, HasSubstr("in time"));
}

TEST_F(Control, CarriesALongAnswer) {
  const std::string text = "\"" + std::string(1'000'000, 'x') + "\"";
  const auto server = ControlServer::start(
      path(), [&](std::string_view) { return Reply{.ok = true, .message = text}; });
  EXPECT_EQ(ask("status"), text);
}

TEST_F(Control, RefusesAStranger) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to become a stranger";
  const auto server = ControlServer::start(path(), echo);
  fs::permissions(folder_, fs::perms::all);
  fs::permissions(path(), fs::perms::all);
  const pid_t child = ::fork();
  if (child == 0) {
    const bool stranger = ::setgid(60123) == 0 && ::setuid(60123) == 0;
    const auto reply = control_request(path(), "status", std::chrono::seconds(20));
    ::_exit(stranger && !reply && reply.error().what.contains("only root") ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

}  // namespace
}  // namespace espial::control
