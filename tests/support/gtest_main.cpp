#include <gmock/gmock.h>
#include <gtest/gtest.h>

/// GoogleTest's main, but a run in which tests were skipped and none failed ends with 77: ctest
/// then counts it as skipped and not as passed.
int main(int argc, char** argv) {
  constexpr int kSkipped = 77;
  testing::InitGoogleMock(&argc, argv);
  const int failed = RUN_ALL_TESTS();
  if (failed != 0) return failed;
  return testing::UnitTest::GetInstance()->skipped_test_count() > 0 ? kSkipped : 0;
}
