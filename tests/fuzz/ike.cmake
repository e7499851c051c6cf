espial_fuzz_target(ike SOURCE ${CMAKE_SOURCE_DIR}/tests/fuzz/ike_fuzz.cpp USES engine/ipsec engine/base)
