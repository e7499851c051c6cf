espial_fuzz_target(capture SOURCE ${CMAKE_CURRENT_LIST_DIR}/capture_fuzz.cpp USES engine/capture)
