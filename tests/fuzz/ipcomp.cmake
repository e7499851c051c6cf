espial_fuzz_target(ipcomp SOURCE ${CMAKE_SOURCE_DIR}/tests/fuzz/ipcomp_fuzz.cpp USES engine/ipsec engine/base)
