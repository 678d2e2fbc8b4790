#!/usr/bin/env python3
"""Makes of the declarations in toolkit/include two sources that a compiler accepts only if they
agree with the headers of a CUDA toolkit.

usage: toolkit_facts.py c|c++|macros FOLDER TOOLKIT
                                   FOLDER holds the declarations, TOOLKIT the headers; text on standard output
  c       types without members and functions, declared again behind the toolkit's
  c++     structs and enums beside the toolkit's, in a namespace; sizes, offsets, values compared
  macros  a program that compares what macros become
"""
import re
import subprocess
import sys

HEADERS = """cuda.h generated_cuda_meta.h cupti_result.h cupti_version.h cupti_callbacks.h cupti_driver_cbid.h
	cupti_activity.h cuda_runtime_api.h cudaProfiler.h cuda_profiler_api.h"""
INCLUDES = "".join(f"#include <{name}>\n" for name in HEADERS.split())
TYPED = "#include <cudaTypedefs.h>\n#include <cudaProfilerTypedefs.h>\n"
INTERNAL = "#define __CUDA_API_VERSION_INTERNAL\n"
# They tell the version of the toolkit, which may be a newer one.
VERSIONS = ("CUDA_VERSION", "CUDART_VERSION", "CUPTI_API_VERSION")


def statements(folder):
    """The declarations without comments, macros and the system's part, each with its braces."""
    text = INTERNAL + "#include <stddef.h>\n#include <stdint.h>\nint behind_the_system;\n" + INCLUDES
    text = subprocess.run(["gcc", "-E", "-P", "-xc", "-isystem", folder, "-"], input=text, text=True,
                          check=True, stdout=subprocess.PIPE).stdout
    text = " ".join(text.split("int behind_the_system;")[1].split())
    found, depth, start = [], 0, 0
    for at, sign in enumerate(text):
        depth += (sign == "{") - (sign == "}")
        if sign == ";" and not depth:
            found.append(text[start:at + 1].strip())
            start = at + 1
    return found


def members(body):
    """The names of all fields, those of nested structs with a dot."""
    while body:
        nested = re.match(r"\s*(?:struct|union)(?: __attribute__\(\(aligned\(\d+\)\)\))?(?: \w+)? \{", body)
        if nested:
            depth, at = 1, nested.end()
            while depth:
                depth += (body[at] == "{") - (body[at] == "}")
                at += 1
            inner, (own, body) = body[nested.end():at - 1], body[at:].split(";", 1)
            own = re.sub(r"\[\w+\]", "[0]", own.strip())
            if own:
                yield own.split("[")[0]
            for name in members(inner):
                yield f"{own}.{name}" if own else name
            continue
        field, _, body = body.partition(";")
        if field.strip():
            inside = re.search(r"\(\*(?:const )?(\w+)\)", field) or re.search(r"(\w+)(?:\[\w+\])*\s*$", field)
            yield inside.group(1)


def compared(statement):
    """The lines that compare one struct, union or enum with the toolkit's."""
    head, body = statement.split("{", 1)
    body, tail = body.rsplit("}", 1)
    words = re.sub(r"__attribute__\(\(aligned\(\d+\)\)\)", "", head).split()
    name = tail.strip(" ;") if words[0] == "typedef" else (words + [""])[1]
    if "enum" in words:
        for constant in re.findall(r"(\w+) = ", body):
            yield f"static_assert((long long)ours::{constant} == (long long)::{constant});"
        kind = "enum "
    else:
        kind = ""
        for field in members(body):
            yield f"FIELD({name}, {field})"
    if name:
        yield f"TYPE({'' if words[0] == 'typedef' else kind}{name}, ours::{name})".replace("enum ", "")


CHECKS = """
#include <cstddef>
#include <type_traits>
template <typename T> constexpr int kind()
{
	return std::is_pointer_v<T> ? 1 : std::is_enum_v<T> ? 2 : std::is_integral_v<T> ? 3 + std::is_signed_v<T>
		: std::is_floating_point_v<T> ? 5 : std::is_array_v<T> ? 6 : 7;
}
template <typename T> constexpr bool negative()
{
	if constexpr (std::is_enum_v<T>)
		return std::is_signed_v<std::underlying_type_t<T>>;
	return false;
}
#define TYPE(theirs, mine) static_assert(sizeof(::theirs) == sizeof(mine) && \\
	alignof(::theirs) == alignof(mine) && negative<::theirs>() == negative<mine>(), #theirs);
#define FIELD(type, field) static_assert(offsetof(::type, field) == offsetof(ours::type, field) && \\
	sizeof(((::type *)nullptr)->field) == sizeof(((ours::type *)nullptr)->field) && \\
	kind<std::remove_reference_t<decltype((((::type *)nullptr)->field))>>() == \\
	kind<std::remove_reference_t<decltype((((ours::type *)nullptr)->field))>>(), #type "." #field);
"""


def as_cxx(folder, _toolkit):
    types = [s for s in statements(folder) if "{" in s or not re.search(r"\w\(.*\)\s*;$", s)]
    print(INTERNAL + INCLUDES + CHECKS + "namespace ours {")
    print("\n".join(types), "}", sep="\n")
    for statement in types:
        if "{" in statement:
            print("\n".join(compared(statement)))


def versions(folder, toolkit):
    """Each row about cuGetProcAddress has the type that the toolkit names for its version, and no row is
    missing."""
    with open(f"{folder}/vt_driver_versions.h", encoding="ascii") as file:
        rows = re.findall(r"^(LEGACY|PER_THREAD)\((\w+), (\d+), (\w+)\)$", file.read(), re.M)
    listed = set()
    for stream, base, version, name in rows:
        suffix = re.search(r"_pt[sd][sz]$", name).group() if stream == "PER_THREAD" else ""
        typed = f"PFN_{base}_v{version}{suffix}"
        listed.add(typed)
        yield f"_Static_assert(__builtin_types_compatible_p({typed}, __typeof__(&{name})), \"{name}\");"
    text = subprocess.run(["gcc", "-E", "-P", "-xc", "-isystem", toolkit, "-"], input=INTERNAL + TYPED, text=True,
                          check=True, stdout=subprocess.PIPE).stdout
    newest = max(int(version) for _, _, version, _ in rows)
    for typed, version in re.findall(r"\b(PFN_cu\w+_v(\d+)\w*)\)\(", text):
        if typed not in listed and int(version) <= newest:
            yield f'_Static_assert(0, "no row has {typed}");'


def as_c(folder, toolkit):
    print(INTERNAL + INCLUDES + TYPED)
    print("\n".join(s for s in statements(folder) if "{" not in s), *versions(folder, toolkit), sep="\n")


def as_macros(folder, _toolkit):
    rows = []
    for header in ("cuda.h", "cupti.h", "cuda_runtime_api.h"):
        with open(f"{folder}/{header}", encoding="ascii") as file:
            text = file.read().replace("\\\n", " ")
        for name, body in re.findall(r"^#define (\w+)(?: +(.*))?$", text, re.M):
            if not name.startswith(("VT_", "__")) and name not in VERSIONS:
                rows.append(f'{{"{name}", VALUE({body}), VALUE({name})}},')
    plain = INCLUDES.replace("#include <generated_cuda_meta.h>\n", "")
    print(plain + "#include <stdio.h>\n#include <string.h>\n#define VALUE(x) TEXT(x)\n"
          "#define TEXT(...) #__VA_ARGS__\nstatic const char *const rows[][3] = {", *rows, """};
static void plain(char *to, const char *from)
{
	for (; *from; from++)
		if (*from != ' ')
			*to++ = *from;
	*to = 0;
}
int main(void)
{
	int wrong = 0;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char mine[500], theirs[500];
		plain(mine, rows[i][1]);
		plain(theirs, rows[i][2]);
		if (strcmp(mine, theirs) && ++wrong)
			printf("%s: %s, the toolkit has %s\\n", rows[i][0], mine, theirs);
	}
	return wrong != 0;
}""", sep="\n")


if __name__ == "__main__":
    {"c": as_c, "c++": as_cxx, "macros": as_macros}[sys.argv[1]](*sys.argv[2:])
