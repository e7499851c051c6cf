espial_fuzz_target(defrag SOURCE ${CMAKE_CURRENT_LIST_DIR}/defrag_fuzz.cpp USES engine/flow)
