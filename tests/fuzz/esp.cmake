espial_fuzz_target(esp SOURCE ${CMAKE_SOURCE_DIR}/tests/fuzz/esp_fuzz.cpp USES engine/ipsec engine/decode engine/base)
