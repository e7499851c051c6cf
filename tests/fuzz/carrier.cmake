espial_fuzz_target(carrier SOURCE ${CMAKE_SOURCE_DIR}/tests/fuzz/carrier_fuzz.cpp USES engine/ipsec engine/decode engine/base)
