# SPDX-License-Identifier: MIT
# cmake -DIN=file -DOUT=header -DNAME=symbol -P embed.cmake: a file as a C array.
file(READ ${IN} hex HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
string(REGEX REPLACE "(0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,)" "\\1\n" bytes
  "${bytes}")
string(LENGTH "${hex}" digits)
math(EXPR len "${digits} / 2")
file(WRITE ${OUT} "/* Generated from openapi.yaml. */
static const unsigned char ${NAME}[] = {
${bytes}};
static const size_t ${NAME}_len = ${len};
")
