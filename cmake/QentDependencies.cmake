# SPDX-License-Identifier: MIT
# What the library links; docs/dependencies.md says why. qentvpn-config.cmake.in repeats this for
# consumers, libqentvpn.pc.in for pkg-config.
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(CURL 7.85 REQUIRED)
find_package(SQLite3 3.37 REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(PNG 1.6 REQUIRED)
find_package(ZLIB 1.2 REQUIRED)
find_package(PkgConfig REQUIRED)
# Neither has a CMake package that can be relied on: Debian's cJSON one defines variables only.
pkg_check_modules(QENTVPN_CJSON REQUIRED IMPORTED_TARGET libcjson>=1.7.14)
pkg_check_modules(QENTVPN_QRENCODE REQUIRED IMPORTED_TARGET libqrencode>=4.0)
if(QENT_BUILD_APPS OR QENT_BUILD_TESTS)
  pkg_check_modules(QENT_MICROHTTPD REQUIRED IMPORTED_TARGET libmicrohttpd>=0.9.75)
endif()
