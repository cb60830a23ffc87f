# SPDX-License-Identifier: MIT
# Turns the file IN into a C array SYMBOL with its length SYMBOL_len, written to OUT.
file(READ "${IN}" hex HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
string(REGEX REPLACE "(0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,)"
       "\\1\n" bytes "${bytes}")
file(WRITE "${OUT}"
"/* SPDX-License-Identifier: MIT */
#include \"web.h\"
const unsigned char ${SYMBOL}[] = {
${bytes}0};
const size_t ${SYMBOL}_len = sizeof ${SYMBOL} - 1;
")
