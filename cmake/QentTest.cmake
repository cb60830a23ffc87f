# SPDX-License-Identifier: MIT
# qent_add_test(<name> LABEL <unit|contract|integration|fuzz|e2e> SOURCES ... [LIBS ...]
#               [LABELS more...] [TIMEOUT seconds] [ARGS ...])
#   A cmocka executable test_<name> and its ctest entry <label>.<name>. The extra label `threads` puts
#   it into the ThreadSanitizer run.
# qent_add_fuzz(<name> SOURCES ... CORPUS <dir> [LIBS ...])
#   fuzz_<name>: with QENT_FUZZ a libFuzzer program, else a program that replays files. ctest runs
#   either over the corpus as fuzz.<name>.
find_package(cmocka 1.1.5 REQUIRED)

# Debian's cmocka has variables and no target.
add_library(qent_cmocka INTERFACE)
target_include_directories(qent_cmocka SYSTEM INTERFACE ${CMOCKA_INCLUDE_DIR})
target_link_libraries(qent_cmocka INTERFACE ${CMOCKA_LIBRARIES})

# gcc cannot know that cmocka's assert_non_null() does not return on NULL.
add_library(qent_test_warnings INTERFACE)
target_link_libraries(qent_test_warnings INTERFACE qent_warnings)
target_compile_options(qent_test_warnings INTERFACE -Wno-null-dereference)

add_custom_target(fuzzers)

set(QENT_TEST_ENVIRONMENT
  "ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1"
  "UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1"
  "TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1"
  "LC_ALL=C.UTF-8")

# Everything a test of the library's inside needs.
function(qent_test_target target)
  target_include_directories(${target} PRIVATE
    ${PROJECT_SOURCE_DIR}/libqentvpn/src ${PROJECT_SOURCE_DIR}/tests)
  target_compile_definitions(${target} PRIVATE
    QENT_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data")
  target_link_libraries(${target} PRIVATE qent_warnings qent_test_warnings ${ARGN} qentvpn::qentvpn
    PkgConfig::QENTVPN_CJSON)
endfunction()

function(qent_add_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "LABEL;TIMEOUT" "SOURCES;LIBS;LABELS;ARGS")
  if(NOT arg_LABEL MATCHES "^(unit|contract|integration|fuzz|e2e)$")
    message(FATAL_ERROR "qent_add_test(${name}): LABEL is \"${arg_LABEL}\"")
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 60)
  endif()
  add_executable(test_${name} ${arg_SOURCES})
  qent_test_target(test_${name} ${arg_LIBS} qent_cmocka)
  add_test(NAME ${arg_LABEL}.${name} COMMAND test_${name} ${arg_ARGS})
  set_tests_properties(${arg_LABEL}.${name} PROPERTIES
    LABELS "${arg_LABEL};${arg_LABELS}"
    TIMEOUT ${arg_TIMEOUT}
    ENVIRONMENT "${QENT_TEST_ENVIRONMENT}")
  if(arg_LABEL STREQUAL "e2e")
    # Real daemons with real deadlines: nothing else runs beside them.
    set_tests_properties(e2e.${name} PROPERTIES RUN_SERIAL ON)
  endif()
endfunction()

function(qent_add_fuzz name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "CORPUS" "SOURCES;LIBS")
  get_filename_component(corpus ${arg_CORPUS} ABSOLUTE)
  add_executable(fuzz_${name} ${arg_SOURCES})
  add_dependencies(fuzzers fuzz_${name})
  qent_test_target(fuzz_${name} ${arg_LIBS})
  if(QENT_FUZZ)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    add_test(NAME fuzz.${name} COMMAND fuzz_${name} -runs=0 ${corpus})
    # For scripts/test: where the seeds of each target are.
    file(GENERATE OUTPUT $<TARGET_FILE:fuzz_${name}>.corpus CONTENT "${corpus}\n")
  else()
    target_sources(fuzz_${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests/fuzz/replay.c)
    add_test(NAME fuzz.${name} COMMAND fuzz_${name} ${corpus})
  endif()
  set_tests_properties(fuzz.${name} PROPERTIES
    LABELS fuzz TIMEOUT 120 ENVIRONMENT "${QENT_TEST_ENVIRONMENT}")
endfunction()
