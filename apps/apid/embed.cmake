# SPDX-License-Identifier: MIT
# cmake -DIN=file -DOUT=header -DNAME=symbol -P embed.cmake: a file as a C array, with its SHA-256 as
# a Content-Security-Policy names it.
file(READ ${IN} hex HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
string(REGEX REPLACE "(0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,)" "\\1\n" bytes
  "${bytes}")
string(LENGTH "${hex}" digits)
math(EXPR len "${digits} / 2")

# 32 bytes in base64: ten groups of three, then two and a "=".
file(SHA256 ${IN} digest)
set(digest "${digest}00")
set(alphabet ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/)
set(base64 "")
foreach(group RANGE 0 10)
  math(EXPR at "${group} * 6")
  string(SUBSTRING ${digest} ${at} 6 six)
  foreach(shift 18 12 6 0)
    math(EXPR index "(0x${six} >> ${shift}) & 63")
    string(SUBSTRING ${alphabet} ${index} 1 digit)
    string(APPEND base64 ${digit})
  endforeach()
endforeach()
string(REGEX REPLACE ".$" "=" base64 ${base64})

get_filename_component(name ${IN} NAME)
file(WRITE ${OUT} "/* Generated from ${name}. */
#include <stddef.h>
static const unsigned char ${NAME}[] = {
${bytes}};
static const size_t ${NAME}_len = ${len};
#define ${NAME}_hash \"sha256-${base64}\"
")
