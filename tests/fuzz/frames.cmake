espial_fuzz_target(frames SOURCE ${CMAKE_CURRENT_LIST_DIR}/frames_fuzz.cpp USES engine/export)
