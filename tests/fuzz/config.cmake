espial_fuzz_target(config
  SOURCE ${CMAKE_SOURCE_DIR}/tests/fuzz/config_fuzz.cpp
  USES engine/config)
