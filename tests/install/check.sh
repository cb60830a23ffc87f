#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs a build into a temporary prefix, moves the prefix, checks the list of files, then builds
# and runs an outside C and an outside C++ program by pkg-config and by find_package.
#   check.sh <build dir> <source dir>
set -eu

build=$1
source=$2
consumer=$source/tests/install/consumer
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

step() { # what, command...
  what=$1
  shift
  if ! "$@" >"$work/log" 2>&1; then
    echo "FAILED: $what: $*"
    cat "$work/log"
    exit 1
  fi
  echo "ok: $what"
}

step "install" cmake --install "$build" --prefix "$work/first"
mv "$work/first" "$work/moved"
prefix=$work/moved

missing=0
want() {
  for file in "$@"; do
    if [ ! -s "$prefix/$file" ]; then
      echo "FAILED: not installed: $file"
      missing=1
    fi
  done
}
libdir=$(cd "$prefix" && dirname "$(find lib* -name libqentvpn.a)")
want "$libdir/libqentvpn.a" "$libdir/pkgconfig/libqentvpn.pc"
want "$libdir/cmake/qentvpn/qentvpn-config.cmake" "$libdir/cmake/qentvpn/qentvpn-config-version.cmake"
want "$libdir/cmake/qentvpn/qentvpn-targets.cmake"
for header in $(cd "$source/libqentvpn/include" && find qentvpn -name '*.h'); do
  want "include/$header"
done
if grep -q '^QENT_BUILD_APPS:BOOL=ON' "$build/CMakeCache.txt"; then
  want bin/apid bin/botd bin/qentctl
  want share/man/man8/apid.8 share/man/man8/botd.8
  ls "$prefix"/share/man/man*/qentctl.* >/dev/null 2>&1 || {
    echo "FAILED: no man page of qentctl"
    missing=1
  }
  want lib/systemd/system/qentvpn-apid.service lib/systemd/system/qentvpn-botd.service
  if ! grep -q "^ExecStart=$work/first/bin/apid" "$prefix/lib/systemd/system/qentvpn-apid.service"; then
    echo "FAILED: the unit of apid does not start the installed program"
    missing=1
  fi
  want share/bash-completion/completions/qentctl share/zsh/site-functions/_qentctl
fi
[ $missing = 0 ] || exit 1
if grep -rIlF -e "$source" -e "$build" "$prefix/include" "$prefix/$libdir/pkgconfig" \
  "$prefix/$libdir/cmake"; then
  echo "FAILED: the files above name the source or build folder"
  exit 1
fi
echo "ok: files"

PKG_CONFIG_PATH=$prefix/$libdir/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}
export PKG_CONFIG_PATH
version=$(pkg-config --modversion libqentvpn)
cflags=$(pkg-config --cflags libqentvpn)
libs=$(pkg-config --libs libqentvpn)
# shellcheck disable=SC2086 # the flags are words
step "C by pkg-config" "${CC:-cc}" -std=c99 -Wall -Wextra -pedantic -Werror $cflags \
  -o "$work/pc_c" "$consumer/consumer.c" $libs
# shellcheck disable=SC2086
step "C++ by pkg-config" "${CXX:-c++}" -std=c++17 -Wall -Wextra -pedantic -Werror $cflags \
  -o "$work/pc_cpp" "$consumer/consumer.cpp" $libs
step "configure with find_package" cmake -S "$consumer" -B "$work/cm" \
  -DCMAKE_PREFIX_PATH="$prefix"
step "C and C++ by find_package" cmake --build "$work/cm"

for program in "$work/pc_c" "$work/pc_cpp" "$work/cm/consumer_c" "$work/cm/consumer_cpp"; do
  rm -rf "$work/db"
  mkdir "$work/db"
  said=$("$program" "$work/db")
  [ "$said" = "qentvpn $version" ] || {
    echo "FAILED: $program said \"$said\""
    exit 1
  }
  echo "ok: $(basename "$program") runs: $said"
done
if [ -x "$prefix/bin/qentctl" ]; then
  step "the installed qentctl starts" "$prefix/bin/qentctl" --version
fi
