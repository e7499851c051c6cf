espial_fuzz_target(sa SOURCE ${CMAKE_CURRENT_LIST_DIR}/sa_fuzz.cpp USES engine/sa engine/ipsec engine/flow)
