# Flags of our own code, in one interface target: every module links it privately.
add_library(espial_flags INTERFACE)

target_compile_options(espial_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast -Wnon-virtual-dtor
  -Woverloaded-virtual -Wcast-align -Wformat=2 -Wimplicit-fallthrough -Wswitch-enum
  # -Wrestrict of g++ 12 takes inlined std::string operations for overlapping copies (GCC bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wuseless-cast -Wduplicated-cond -Wlogical-op -Wno-restrict>
  # False alarms of g++ 12 on moved variants and optionals when it inlines; clang and the sanitizers look for the real ones.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
  $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety>
  -fstack-clash-protection -fcf-protection=full)
target_compile_definitions(espial_flags INTERFACE _GLIBCXX_ASSERTIONS)

if(ESPIAL_SANITIZE)
  # Sanitizers go on everything, generated code too, so that no object file escapes them.
  add_compile_options(-fsanitize=${ESPIAL_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${ESPIAL_SANITIZE})
  if(ESPIAL_FUZZ)
    add_compile_options(-fsanitize=fuzzer-no-link)
  endif()
else()
  target_compile_definitions(espial_flags INTERFACE $<$<CONFIG:Release>:_FORTIFY_SOURCE=3>)
  # Not with sanitizers: g++ 12 then takes temporaries of fmt for uninitialised.
  target_compile_options(espial_flags INTERFACE -ftrivial-auto-var-init=zero)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
