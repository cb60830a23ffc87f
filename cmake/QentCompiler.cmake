# SPDX-License-Identifier: MIT
# Compiler flags: warnings as an interface target, hardening, sanitizers, coverage.
include(CheckPIESupported)
check_pie_supported()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

if(qent_top_level)
  # Assertions stay in: where money moves, stopping is better than going on in an impossible state.
  set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O2 -g")
endif()

add_library(qent_warnings INTERFACE)
target_compile_options(qent_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla
  -Wformat=2 -Wundef -Wcast-qual -Wnull-dereference -Wswitch-enum)
if(QENT_WERROR)
  target_compile_options(qent_warnings INTERFACE -Werror)
endif()

# _FORTIFY_SOURCE needs optimisation and hides reads from the sanitizers.
set(qent_optimised $<OR:$<CONFIG:Release>,$<CONFIG:RelWithDebInfo>,$<CONFIG:MinSizeRel>>)
if(NOT QENT_SANITIZE AND NOT QENT_COVERAGE AND NOT QENT_FUZZ)
  add_compile_options(
    $<${qent_optimised}:-fstack-protector-strong>
    $<${qent_optimised}:-U_FORTIFY_SOURCE>
    $<${qent_optimised}:-D_FORTIFY_SOURCE=2>)
  add_link_options($<${qent_optimised}:-Wl,-z,relro,-z,now>)
endif()
# Paths of the build machine stay out of the binaries.
add_compile_options(-ffile-prefix-map=${PROJECT_SOURCE_DIR}/=)

if(QENT_FUZZ)
  if(NOT CMAKE_C_COMPILER_ID MATCHES Clang)
    message(FATAL_ERROR "QENT_FUZZ needs clang: set CMAKE_C_COMPILER=clang")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

if(QENT_SANITIZE)
  list(JOIN QENT_SANITIZE "," qent_sanitizers)
  add_compile_options(-fsanitize=${qent_sanitizers} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${qent_sanitizers})
  if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
    # gcc 12 sees null pointers in the branches that its own instrumentation adds.
    target_compile_options(qent_warnings INTERFACE -Wno-null-dereference)
  endif()
endif()

if(QENT_COVERAGE)
  add_compile_options(--coverage -fprofile-update=atomic)
  add_link_options(--coverage)
endif()
