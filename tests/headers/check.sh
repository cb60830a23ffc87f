#!/bin/sh
# SPDX-License-Identifier: MIT
# Every public header compiles alone, and twice, as C99, C11 and C++17, with warnings as errors.
#   check.sh <include dir> [<C compiler>]      CXX names the C++ compiler (default c++)
set -eu

include=$1
cc=${2:-cc}
cxx=${CXX:-c++}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
warnings="-Wall -Wextra -Wpedantic -pedantic -Wshadow -Wconversion -Wundef -Werror"
failed=0
count=0

check() { # name, command...
  name=$1
  shift
  if ! "$@" 2>"$work/log"; then
    echo "FAILED: $name"
    cat "$work/log"
    failed=1
  fi
}

for header in $(cd "$include" && find qentvpn -name '*.h' | LC_ALL=C sort); do
  count=$((count + 1))
  printf '#include <%s>\n#include <%s>\nextern int qent_unit_is_not_empty;\n' "$header" "$header" \
    >"$work/unit.c"
  cp "$work/unit.c" "$work/unit.cpp"
  for std in c99 c11; do
    # shellcheck disable=SC2086 # the flags are words
    check "$header as $std" "$cc" -std=$std $warnings -Wstrict-prototypes -fsyntax-only \
      -I"$include" "$work/unit.c"
  done
  # shellcheck disable=SC2086
  check "$header as c++17" "$cxx" -std=c++17 $warnings -fsyntax-only -I"$include" "$work/unit.cpp"

  if ! grep -q "QENT_BEGIN_DECLS" "$include/$header" && grep -q "QENT_API" "$include/$header"; then
    echo "FAILED: $header declares functions outside QENT_BEGIN_DECLS"
    failed=1
  fi
  short=${header#qentvpn/}
  case $short in
  qentvpn.h | ext/*) ;;
  *)
    if ! grep -q "#include <$header>" "$include/qentvpn/qentvpn.h"; then
      echo "FAILED: qentvpn.h does not include <$header>"
      failed=1
    fi
    ;;
  esac
done

[ "$count" -gt 0 ] || { echo "no headers under $include/qentvpn"; exit 1; }
echo "$count headers"
exit $failed
