#include "engine/base/published.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <thread>

namespace espial {
namespace {

TEST(Published, ReaderFollowsAtItsNextGet) {
  Published<int> published(std::make_unique<const int>(1));
  auto& reader = published.add_reader();
  const int& before = reader.get();
  published.publish(std::make_unique<const int>(2));
  EXPECT_EQ(before, 1) << "what a reader holds stays until its next get";
  EXPECT_EQ(reader.get(), 2);
}

TEST(Published, KeepsAValueUntilEveryReaderHasLeftIt) {
  Published<int> published(std::make_unique<const int>(1));
  auto& fast = published.add_reader();
  auto& slow = published.add_reader();
  published.publish(std::make_unique<const int>(2));
  EXPECT_EQ(fast.get(), 2);
  EXPECT_EQ(published.collect(), 1U) << "the slow reader still holds the first";
  EXPECT_EQ(slow.get(), 2);
  EXPECT_EQ(published.collect(), 0U);
}

TEST(Published, FreesOldValuesOnTheCollectorsThread) {
  struct Probe {
    explicit Probe(std::thread::id* freed_on) : freed_on_(freed_on) {}
    Probe(const Probe&) = delete;
    Probe& operator=(const Probe&) = delete;
    ~Probe() { *freed_on_ = std::this_thread::get_id(); }
    std::thread::id* freed_on_;
  };
  std::thread::id first;
  std::thread::id second;
  Published<Probe> published(std::make_unique<const Probe>(&first));
  auto& reader = published.add_reader();
  published.publish(std::make_unique<const Probe>(&second));
  std::thread([&] { (void)reader.get(); }).join();
  EXPECT_EQ(first, std::thread::id{}) << "not freed by the reader";
  EXPECT_EQ(published.collect(), 0U);
  EXPECT_EQ(first, std::this_thread::get_id());
}

TEST(Published, NeverGoesBackUnderAStormOfPublications) {
  Published<int> published(std::make_unique<const int>(1));
  auto& reader = published.add_reader();
  std::jthread writer([&] {
    for (int i = 2; i < 5000; ++i) {
      published.publish(std::make_unique<const int>(i));
      published.collect();
    }
  });
  int last = 0;
  for (int i = 0; i < 50000; ++i) {
    const int value = reader.get();
    ASSERT_GE(value, last);
    last = value;
  }
}

}  // namespace
}  // namespace espial
