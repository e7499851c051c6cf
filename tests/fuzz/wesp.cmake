espial_fuzz_target(wesp SOURCE ${CMAKE_SOURCE_DIR}/tests/fuzz/wesp_fuzz.cpp USES engine/ipsec engine/base)
