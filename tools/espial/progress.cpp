#include "tools/espial/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace espial::tools {
namespace {

constexpr auto kPatience = std::chrono::milliseconds(500);  // a run shorter than this shows nothing
constexpr auto kRedraw = std::chrono::milliseconds(100);
constexpr std::size_t kWidth = 30;

std::string bar(double share) {
  const auto filled = static_cast<std::size_t>(share * static_cast<double>(kWidth));
  return std::string(filled, '#') + std::string(kWidth - filled, '.');
}

}  // namespace

ProgressBar::ProgressBar(std::string title)
    : title_(std::move(title)),
      terminal_(isatty(STDERR_FILENO) == 1),
      next_(started_ + kPatience) {}

void ProgressBar::show(const capture::Progress& progress, std::uint64_t packets) {
  if (!terminal_ || Clock::now() < next_) return;
  next_ = Clock::now() + kRedraw;
  drawn_ = true;
  const std::chrono::duration<double> elapsed = Clock::now() - started_;
  const double rate = static_cast<double>(packets) / elapsed.count();
  if (progress.total == 0) {
    fmt::print(stderr, "\r\x1b[K{}: {} packets, {:.0f} a second", title_, packets, rate);
    return;
  }
  const double share =
      std::min(1.0, static_cast<double>(progress.done) / static_cast<double>(progress.total));
  const double left = share > 0 ? elapsed.count() * (1 - share) / share : 0;
  fmt::print(stderr, "\r\x1b[K{} [{}] {:3.0f} %  {} packets, {:.0f} a second, {:.0f} s left",
             title_, bar(share), share * 100, packets, rate, left);
}

void ProgressBar::clear() const {
  if (drawn_) fmt::print(stderr, "\r\x1b[K");
}

}  // namespace espial::tools
