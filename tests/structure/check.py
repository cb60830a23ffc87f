#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks the rules of the tree that no compiler knows.

    check.py <source dir> [<archive libqentvpn.a>]

Every rule is a function below whose docstring is the rule. Prints file:line: what is wrong.
"""
import os
import re
import subprocess
import sys

ROOT = os.path.abspath(sys.argv[1])
ARCHIVE = sys.argv[2] if len(sys.argv) > 2 else None
problems = []


def complain(path, line, text):
    problems.append(f"{os.path.relpath(path, ROOT)}:{line}: {text}")


def tree(*tops, suffixes=(".c", ".h")):
    for top in tops:
        for folder, folders, files in os.walk(os.path.join(ROOT, top)):
            folders[:] = sorted(f for f in folders if f not in
                                ("node_modules", ".next", "out", "build", "__pycache__", "data", "corpus"))
            for name in sorted(files):
                if name.endswith(suffixes):
                    yield os.path.join(folder, name)


def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def without(text, comments=True, strings=True):
    """The text with comments and/or string contents blanked, line numbers kept."""
    def blank(match):
        token = match.group(0)
        is_comment = token[0] == "/"
        if (is_comment and comments) or (not is_comment and strings):
            return re.sub(r"[^\n]", " ", token)
        return token
    return TOKEN.sub(blank, text)


def lines(path, **what):
    return enumerate(without(read(path), **what).split("\n"), 1)


INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^">]+)[">]')


def includes(path):
    for number, line in lines(path, comments=True, strings=False):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1), match.group(2)


LIBRARY = "libqentvpn/src"
# Folder -> folders, or single ports, whose headers it may include.
MAY_INCLUDE = {
    "util": ["util/"],
    "domain": ["domain/", "util/"],
    "link": ["link/", "util/"],
    "store": ["store/", "domain/", "util/"],
    "http": ["http/", "util/"],
    "gateway": ["gateway/", "http/http.h", "util/"],
    "payment": ["payment/", "http/http.h", "util/"],
    # Its calls take a session and borrow the session's HTTP handle.
    "telegram": ["telegram/", "http/http.h", "util/", "app/context.h"],
    "app": ["app/", "domain/", "link/", "util/", "store/store.h", "gateway/gateway.h", "payment/provider.h",
            "registry.h"],
}
THIRD_PARTY = {
    "curl/": ["http"],
    "sqlite3.h": ["store"],
    "libpq-fe.h": ["store"],
    "cjson/": ["util", "telegram"],
    "qrencode.h": ["util"],
    "png.h": ["util"],
    "zlib.h": ["link"],
    "openssl/": ["util", "telegram"],
    "microhttpd.h": [],
    "cmocka.h": [],
}


def rule_include_directions():
    """util <- domain <- app; adapters see ext/, util/ and http; app sees ports, never an adapter."""
    for path in tree(LIBRARY):
        relative = os.path.relpath(path, os.path.join(ROOT, LIBRARY))
        folder = relative.split(os.sep)[0] if os.sep in relative else ""
        for number, kind, name in includes(path):
            if kind == '"' and folder:
                if not any(name == a or (a.endswith("/") and name.startswith(a))
                           for a in MAY_INCLUDE.get(folder, [])):
                    complain(path, number, f'{folder}/ must not include "{name}"')
            if kind == "<":
                for start, homes in THIRD_PARTY.items():
                    if name.startswith(start) and folder not in homes:
                        complain(path, number, f"<{name}> belongs to {' '.join(homes) or 'no folder'}")
            if folder == "domain" and kind == "<" and name in ("time.h", "stdio.h", "unistd.h"):
                complain(path, number, f"the domain is pure: no <{name}>")


def rule_only_registry_names_adapters():
    """Only registry.c names adapters."""
    adapters = []
    for port, own in (("gateway", "gateway.c"), ("payment", "provider.c")):
        for path in tree(f"{LIBRARY}/{port}", suffixes=(".c",)):
            if os.path.basename(path) != own:
                text = read(path)
                adapters += re.findall(r"^const qent_(?:gateway|payment_provider)_factory (qent__\w+)",
                                       text, re.M)
    for path in tree(LIBRARY):
        relative = os.path.relpath(path, os.path.join(ROOT, LIBRARY))
        if relative.startswith(("gateway/", "payment/")) or relative in ("registry.c", "registry.h"):
            continue
        for number, line in lines(path):
            for adapter in adapters:
                if re.search(rf"\b{adapter}\b", line):
                    complain(path, number, f"{adapter} may be named in registry.c only")


def rule_programs_see_the_public_api():
    """Programs include <qentvpn/*.h>, apps/common and their own headers."""
    foreign = [start for start in THIRD_PARTY if start not in ("microhttpd.h", "cjson/", "zlib.h")]
    common = os.path.join(ROOT, "apps/common")
    for path in tree("apps"):
        own = os.path.dirname(path)
        program = os.path.relpath(path, os.path.join(ROOT, "apps")).split(os.sep)[0]
        for number, kind, name in includes(path):
            if kind == "<":
                if any(name.startswith(start) for start in foreign):
                    complain(path, number, f"a program must not use <{name}> itself")
                if name == "microhttpd.h" and program != "apid":
                    complain(path, number, "<microhttpd.h> is for apid")
                continue
            homes = [own, os.path.join(ROOT, "apps", program), common, os.path.join(ROOT, "apps")]
            found = [os.path.join(home, name) for home in homes if os.path.exists(os.path.join(home, name))]
            if found and not os.path.abspath(found[0]).startswith(
                    (os.path.join(ROOT, "apps", program) + os.sep, common + os.sep)):
                complain(path, number, f'"{name}" is neither its own nor of apps/common')
            elif not found and name != "config.h" and not generated(path, name):
                complain(path, number, f'"{name}" is neither its own nor of apps/common')


def generated(path, name):
    listing = os.path.join(os.path.dirname(path), "CMakeLists.txt")
    return os.path.exists(listing) and os.path.basename(name) in read(listing)


SQL = re.compile(r'"\s*(?:SELECT\s.*|INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|'
                 r'CREATE\s+(?:TABLE|INDEX|UNIQUE)|BEGIN\s+IMMEDIATE|PRAGMA\s|WITH\s+\w+\s+AS\s*\()')


def rule_sql_lives_in_the_store():
    """SQL stands in libqentvpn/src/store only."""
    for path in tree(LIBRARY, "apps"):
        if "/src/store/" in path:
            continue
        for number, line in lines(path, strings=False):
            if SQL.search(line):
                complain(path, number, "SQL outside the store")


BANNED = ("strcpy strcat sprintf vsprintf strtok atoi atol atoll strtol scanf sscanf fscanf gets localtime "
          "gmtime system popen alloca").split()
BANNED_CALL = re.compile(r"(?<![\w.>])(" + "|".join(BANNED) + r")\s*\(")
ALLOCATION = re.compile(r"(?<![\w.>*])(malloc|calloc|realloc|strdup|strndup|free)\s*\(")


def rule_no_banned_functions():
    """No unbounded, locale-bound or shell-starting function; no // comment."""
    for path in tree("libqentvpn", "apps", "tests", "examples"):
        for number, line in lines(path):
            match = BANNED_CALL.search(line)
            if match and not (match.group(1) == "strtol" and path.startswith(os.path.join(ROOT, "tests"))):
                complain(path, number, f"{match.group(1)}() is banned")
        for number, line in lines(path, comments=False):
            if re.match(r"([^/*]*[;{}),])?\s*//", line):
                complain(path, number, "// comment")


def rule_allocation_goes_through_alloc_h():
    """The library allocates through util/alloc.h, so that tests can make the Nth one fail."""
    for path in tree(LIBRARY):
        if path.endswith(("util/alloc.c", "util/alloc.h")):
            continue
        for number, line in lines(path):
            match = ALLOCATION.search(line)
            if match:
                complain(path, number, f"{match.group(1)}() instead of qent__{match.group(1)}()")


def rule_no_loose_ends():
    """No TODO, FIXME, XXX, HACK; nothing that is there "for now"."""
    words = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|\bfor now\b", re.I)
    for path in tree("libqentvpn", "apps", "tests", "examples", "cmake", "scripts", "deploy",
                     suffixes=(".c", ".h", ".cpp", ".cmake", ".sh", ".txt", ".ts", ".tsx", ".sql")):
        if path.startswith(os.path.join(ROOT, "tests/structure")):
            continue
        for number, line in enumerate(read(path).split("\n"), 1):
            match = words.search(line)
            if match and (match.group(0).isupper() or match.group(0).lower() == "for now"):
                complain(path, number, f"loose end: {match.group(0)}")


def rule_every_file_has_its_licence():
    """One of the first three lines is SPDX-License-Identifier: MIT."""
    for path in tree("libqentvpn", "apps", "tests", "examples", "cmake", "scripts", "deploy",
                     suffixes=(".c", ".h", ".cpp", ".py", ".sh", ".cmake", ".sql", "CMakeLists.txt")):
        if "SPDX-License-Identifier: MIT" not in "\n".join(read(path).split("\n")[:3]):
            complain(path, 1, "no SPDX-License-Identifier: MIT")


FILE_LINES, FUNCTION_LINES, PARAMETERS = 800, 100, 7


def rule_files_and_functions_stay_small():
    """Hard limits: 800 lines a file, 100 a function, 7 parameters."""
    paths = list(tree("libqentvpn", "apps", "tests", "examples"))
    for path in paths:
        length = read(path).count("\n")
        if length > FILE_LINES:
            complain(path, 1, f"{length} lines, the limit is {FILE_LINES}")
    sources = [path for path in paths if path.endswith(".c")]
    out = subprocess.run(["ctags", "-x", "--c-kinds=f", "--_xformat=%N\t%n\t%e\t%F\t%S",
                          "--fields=+neS", "-L", "-"], input="\n".join(sources), text=True,
                         capture_output=True, check=True).stdout
    for row in out.splitlines():
        name, start, end, path, signature = row.split("\t")
        if not end.isdigit():
            continue
        length = int(end) - int(start) + 1
        if length > FUNCTION_LINES:
            complain(path, start, f"{name}() has {length} lines, the limit is {FUNCTION_LINES}")
        depth, commas = 0, 0
        for char in signature[1:-1]:
            depth += (char == "(") - (char == ")")
            commas += char == "," and depth == 0
        # libmicrohttpd's access handler is what it is.
        if commas + 1 > PARAMETERS and "struct MHD_Connection" not in signature:
            complain(path, start, f"{name}() has {commas + 1} parameters, the limit is {PARAMETERS}")


def listings_for(path):
    """The CMake lists that may name a file: of its folder and of those above it."""
    folder, text = os.path.dirname(path), ""
    while folder != ROOT:
        for name in sorted(os.listdir(folder)):
            if name == "CMakeLists.txt" or name.endswith(".cmake"):
                text += read(os.path.join(folder, name))
        folder = os.path.dirname(folder)
    return text


def rule_every_source_is_built():
    """Every .c stands in a CMakeLists.txt, every header is included by somebody."""
    everything = list(tree("libqentvpn", "apps", "tests", "examples", suffixes=(".c", ".h", ".cpp")))
    included = {os.path.basename(name) for path in everything for _, _, name in includes(path)}
    for path in everything:
        base = os.path.basename(path)
        stem = base.rsplit(".", 1)[0]
        if path.endswith(".h"):
            if base not in included and base != "qentvpn.h":
                complain(path, 1, "nobody includes this header")
        elif base == "replay.c":
            continue  # QentTest.cmake adds it to every fuzz target
        elif not re.search(rf"(?<![\w-]){re.escape(stem)}(?![\w-])|"
                           # foreach(module ...) qent_add_test(... test_${module}.c)
                           rf"(?<![\w-]){re.escape(stem.removeprefix('test_'))}(?![\w-])",
                           listings_for(path)):
            complain(path, 1, "in no CMakeLists.txt")


def rule_header_guards_name_the_file():
    """QENTVPN_<NAME>_H for public headers; one guard everywhere."""
    for path in tree("libqentvpn/include"):
        name = os.path.relpath(path, os.path.join(ROOT, "libqentvpn/include/qentvpn"))
        guard = "QENTVPN_" + re.sub(r"\W", "_", name).upper()
        if name == "qentvpn.h":
            guard = "QENTVPN_QENTVPN_H"
        if f"#ifndef {guard}\n#define {guard}\n" not in read(path):
            complain(path, 1, f"the guard should be {guard}")


def rule_symbols_carry_the_prefix():
    """Every external symbol that the archive defines begins with qent_."""
    if not ARCHIVE:
        return
    out = subprocess.run(["nm", "-g", "--defined-only", "-P", ARCHIVE], text=True, capture_output=True,
                         check=True).stdout
    for row in out.splitlines():
        fields = row.split()
        if len(fields) >= 2 and not row.endswith("]:") and not fields[0].startswith("qent_"):
            if not fields[0].startswith(("__asan", "__odr_asan", "__start___sanc", "__stop___sanc")):
                complain(ARCHIVE, 0, f"symbol {fields[0]} lacks the prefix qent_")


def main():
    rules = [(name, rule) for name, rule in sorted(globals().items()) if name.startswith("rule_")]
    failed = 0
    for name, rule in rules:
        before = len(problems)
        rule()
        good = len(problems) == before
        failed += not good
        print(f"{'ok    ' if good else 'FAILED'} {name[5:].replace('_', ' ')}")
    for problem in problems:
        print(problem)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
