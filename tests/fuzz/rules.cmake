espial_fuzz_target(rules
  SOURCE ${CMAKE_SOURCE_DIR}/tests/fuzz/rules_fuzz.cpp
  USES rules/compile rules/check rules/syntax rules/text rules/plan)
