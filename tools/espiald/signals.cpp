#include "tools/espiald/signals.hpp"

#include <csignal>
#include <ctime>

namespace espial::tools {
namespace {

sigset_t our_signals() {
  sigset_t set{};
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, signal);
  return set;
}

}  // namespace

void block_signals() {
  const sigset_t set = our_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  (void)std::signal(SIGPIPE, SIG_IGN);
}

Signal wait_for_signal(std::chrono::seconds wait) {
  const sigset_t set = our_signals();
  const timespec timeout{.tv_sec = wait.count(), .tv_nsec = 0};
  switch (sigtimedwait(&set, nullptr, &timeout)) {
    case SIGTERM:
    case SIGINT: return Signal::stop;
    case SIGHUP: return Signal::reload;
    default: return Signal::none;  // time is up, or another signal came between
  }
}

}  // namespace espial::tools
