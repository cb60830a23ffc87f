#!/bin/sh
# SPDX-License-Identifier: MIT
# read_back.sh <write_qr> <zbarimg>: what zbarimg reads is what was drawn.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
long=$(printf 'vless://%01000d' 7)
for text in 'https://vpn.example/s/AbCdEf0123456789' 'привет, мир' "$long"; do
  "$1" "$text" "$folder/code.png"
  read=$("$2" --raw -q "$folder/code.png")
  if [ "$read" != "$text" ]; then
    echo "drew '$text', read '$read'" >&2
    exit 1
  fi
done
