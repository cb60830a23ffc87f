# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Sourced by the scripts beside it: strict mode, messages, packages.
set -euo pipefail

# shellcheck disable=SC2034 # used by the scripts
QENT_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export LC_ALL=C.UTF-8

say() { printf '==> %s\n' "$*" >&2; }

die() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# As root, or through sudo.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null 2>&1; then
    sudo "$@"
  else
    die "needs root: run it as root or install sudo (it would run: $*)"
  fi
}

package_installed() {
  [ "$(dpkg-query -W -f='${db:Status-Abbrev}' "$1" 2>/dev/null)" = "ii " ]
}

# The package names in a file: one a line, "#" begins a comment.
packages_in() {
  sed -e 's/#.*//' -e 's/[[:space:]]*$//' -e '/^$/d' "$@"
}

# Install what is missing of the packages listed in the given files; says what it does. Set
# QENT_NO_INSTALL=1 to be told what is missing instead.
install_packages() {
  command -v dpkg-query >/dev/null 2>&1 || {
    say "not a Debian system: install by yourself what $* list"
    return 0
  }
  local missing=() package
  while read -r package; do
    package_installed "$package" || missing+=("$package")
  done < <(packages_in "$@")
  [ "${#missing[@]}" -gt 0 ] || return 0
  [ -z "${QENT_NO_INSTALL:-}" ] || die "missing packages: ${missing[*]}"
  say "installing ${#missing[@]} packages: ${missing[*]}"
  local log
  log=$(mktemp)
  if ! { as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
      "${missing[@]}"; } </dev/null >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    rm -f "$log"
    die "apt-get failed"
  fi
  rm -f "$log"
}

jobs_count() { nproc 2>/dev/null || echo 2; }
