espial_fuzz_target(stream_buffer SOURCE ${CMAKE_CURRENT_LIST_DIR}/stream_buffer_fuzz.cpp USES engine/flow)
