espial_fuzz_target(tcp_framing SOURCE ${CMAKE_CURRENT_LIST_DIR}/tcp_framing_fuzz.cpp USES engine/sa)
