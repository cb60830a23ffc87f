# SPDX-License-Identifier: MIT
# Component dev: the library for embedders. Component apps: the programs and what they need.
include(CMakePackageConfigHelpers)

set(qent_cmake_dir ${CMAKE_INSTALL_LIBDIR}/cmake/qentvpn)
install(TARGETS qentvpn EXPORT qentvpn-targets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT dev)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/libqentvpn/include/qentvpn
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT dev FILES_MATCHING PATTERN "*.h")
install(EXPORT qentvpn-targets NAMESPACE qentvpn:: DESTINATION ${qent_cmake_dir} COMPONENT dev)

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/qentvpn-config.cmake.in
  ${PROJECT_BINARY_DIR}/qentvpn-config.cmake INSTALL_DESTINATION ${qent_cmake_dir})
# Before 1.0 a minor release may change the API.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/qentvpn-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/qentvpn-config.cmake ${PROJECT_BINARY_DIR}/qentvpn-config-version.cmake
  DESTINATION ${qent_cmake_dir} COMPONENT dev)

# From lib/pkgconfig back to the prefix, so that the installed tree can be moved.
file(RELATIVE_PATH QENT_PC_PREFIX
  /p/${CMAKE_INSTALL_LIBDIR}/pkgconfig /p)
string(REGEX REPLACE "/$" "" QENT_PC_PREFIX "${QENT_PC_PREFIX}")
configure_file(${PROJECT_SOURCE_DIR}/pkgconfig/libqentvpn.pc.in
  ${PROJECT_BINARY_DIR}/libqentvpn.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/libqentvpn.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT dev)

if(NOT QENT_BUILD_APPS)
  return()
endif()

foreach(program apid botd qentctl)
  if(TARGET ${program})
    install(TARGETS ${program} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT apps)
  endif()
endforeach()

foreach(section 1 5 8)
  file(GLOB pages CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/docs/man/*.${section})
  if(pages)
    install(FILES ${pages} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section} COMPONENT apps)
  endif()
endforeach()

set(completion ${PROJECT_SOURCE_DIR}/apps/qentctl/completion)
if(EXISTS ${completion}/qentctl.bash)
  install(FILES ${completion}/qentctl.bash RENAME qentctl
    DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions COMPONENT apps)
endif()
if(EXISTS ${completion}/_qentctl)
  install(FILES ${completion}/_qentctl
    DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions COMPONENT apps)
endif()

file(GLOB units CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/deploy/*.service
  ${PROJECT_SOURCE_DIR}/deploy/*.target ${PROJECT_SOURCE_DIR}/deploy/systemd/*.service
  ${PROJECT_SOURCE_DIR}/deploy/systemd/*.target)
# The units of the tree name /usr/local/bin; an installed one names where the programs really go. CPack
# installs into a folder of its own, which is not that place.
set(QENT_UNITS "${units}")
configure_file(${PROJECT_SOURCE_DIR}/cmake/install-units.cmake.in
  ${PROJECT_BINARY_DIR}/install-units.cmake @ONLY)
install(SCRIPT ${PROJECT_BINARY_DIR}/install-units.cmake COMPONENT apps)

if(EXISTS ${PROJECT_SOURCE_DIR}/apps/apid/openapi.yaml)
  install(FILES ${PROJECT_SOURCE_DIR}/apps/apid/openapi.yaml
    DESTINATION ${CMAKE_INSTALL_DATADIR}/qentvpn COMPONENT apps)
endif()
