espial_fuzz_target(decode SOURCE ${CMAKE_CURRENT_LIST_DIR}/decode_fuzz.cpp USES engine/decode)
