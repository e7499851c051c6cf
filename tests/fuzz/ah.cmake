espial_fuzz_target(ah SOURCE ${CMAKE_SOURCE_DIR}/tests/fuzz/ah_fuzz.cpp USES engine/ipsec engine/base)
