"""The headers of a CUDA toolkit by name, and what is chosen of them (scripts/declarations)."""
import os
import re
import subprocess
import sys

try:
    import clang.cindex as ci
except ImportError:
    sys.exit("declarations: there is no module clang: install python3-clang, and run it with that python3")

K = ci.CursorKind
T = ci.TypeKind
ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
TRACED = "CUPTI_DRIVER_TRACE_CBID_"
SETTINGS = ["-D_GNU_SOURCE", "-DPLUGIN=a", "-DPLUGIN_FRAME=64", "-w", "-std=gnu11"]


def arguments(cuda):
    resources = subprocess.run(["clang", "-print-resource-dir"], check=True, text=True,
                               stdout=subprocess.PIPE).stdout.strip()
    folders = ["include", "src", ".", "tests", "build/plain", "include/vramtrack/compat",
               "examples/client"]
    return (["-I" + os.path.join(ROOT, folder) for folder in folders] +
            ["-isystem", cuda, "-isystem", resources + "/include"] + SETTINGS)


class Toolkit:
    """All that the toolkit's headers declare, by name, in the order in which they do."""

    def __init__(self, cuda):
        self.cuda = cuda
        text = "".join(f"#include <{name}>\n" for name in (
            "cuda.h", "cudaProfiler.h", "generated_cuda_meta.h", "cupti_result.h", "cupti_version.h",
            "cupti_callbacks.h", "cupti_driver_cbid.h", "cupti_activity.h", "cuda_runtime_api.h",
            "cuda_profiler_api.h"))
        self.functions, self.types, self.constants, self.macros = {}, {}, {}, {}
        self.called, self.defaults = {}, {}
        unit = self.parse("#define __CUDA_API_VERSION_INTERNAL\n" + text, 0)
        self.unit = unit
        for place, cursor in enumerate(unit.cursor.get_children()):
            self.enter(place, cursor)
        self.second = self.parse(text, ci.TranslationUnit.PARSE_DETAILED_PROCESSING_RECORD)
        for cursor in self.second.cursor.get_children():
            if cursor.kind == K.MACRO_DEFINITION and self.ours(cursor):
                self.macros[cursor.spelling] = cursor
        self.versions = self.read_versions()
        self.third = self.parse("#include <cuda_runtime_api.h>\n", 0, "all.cpp")
        for block in self.third.cursor.get_children():
            for cursor in [block, *block.get_children()]:
                if cursor.kind == K.FUNCTION_DECL and self.ours(cursor):
                    self.defaults.setdefault(cursor.spelling, [default(a) for a in cursor.get_arguments()])

    def is_row(self, function):
        """Whether CUPTI tells of it, with its arguments."""
        return TRACED + function in self.constants and (
            function + "_params" in self.types or not list(self.functions[function].get_arguments()))

    def read_versions(self):
        """The driver's functions as cuGetProcAddress gives them, in order of base name and version: (base
        name, lowest version of CUDA, exported name, whether only with per-thread default streams). A typedef
        PFN_cuMemAlloc_v3020 has all but the exported name: the ABIs of one base name are cuMemAlloc,
        cuMemAlloc_v2 and so on, from the oldest."""
        bases, rows = {}, []
        for name in ("cudaTypedefs.h", "cudaProfilerTypedefs.h"):
            with open(f"{self.cuda}/{name}", encoding="ascii") as file:
                found = re.findall(r"PFN_(cu\w+?)_v(\d+)(_ptsz|_ptds)?\)\(", file.read())
            for base, version, stream in found:
                bases.setdefault((base, stream), set()).add(int(version))
        for (base, stream), versions in bases.items():
            names = [f"{base}{abi}{stream}" for abi in ("", *(f"_v{i}" for i in range(2, 10)))]
            names = [name for name in names if name in self.functions]
            if len(names) != len(versions):
                sys.exit(f"declarations: {base} has the versions {versions} and the names {names}")
            rows += [(base, version, name, bool(stream))
                     for version, name in zip(sorted(versions), names)]
        return sorted(rows, key=lambda row: (row[0], row[3], row[1]))

    def parse(self, text, options, name="all.c"):
        flags = arguments(self.cuda)
        if name.endswith(".cpp"):
            flags = [f for f in flags if not f.startswith("-std")]
        return ci.Index.create().parse(name, flags, unsaved_files=[(name, text)], options=options)

    def ours(self, cursor):
        file = cursor.location.file
        return file is not None and os.path.realpath(file.name).startswith(self.cuda + "/")

    def enter(self, place, cursor):
        if not self.ours(cursor):
            return
        if cursor.kind == K.FUNCTION_DECL:
            self.functions.setdefault(cursor.spelling, cursor)
        elif cursor.kind == K.TYPEDEF_DECL:
            self.types.setdefault(cursor.spelling, (place, cursor))
            declared = cursor.underlying_typedef_type.get_declaration()
            if declared.kind == K.ENUM_DECL and nameless(declared):
                self.called[tag(declared)] = cursor.spelling
        elif cursor.kind in (K.STRUCT_DECL, K.UNION_DECL, K.ENUM_DECL):
            if cursor.is_definition() or tag(cursor) not in self.types:
                self.types[tag(cursor)] = (place, cursor)
            if cursor.kind == K.ENUM_DECL:
                for child in cursor.get_children():
                    self.constants[child.spelling] = (child, tag(cursor))


def default(argument):
    """What a caller in C++ may leave out."""
    tokens = [t.spelling for t in argument.get_tokens()]
    for word, end in (("=", None), ("__dv", -1)):
        if word in tokens:
            return " ".join(tokens[tokens.index(word) + 1:][0 if end is None else 1:end])
    return ""


def nameless(cursor):
    return not cursor.spelling or "(" in cursor.spelling


def tag(cursor):
    """The key of a struct, union or enum; one without a name is known by its place."""
    word = {K.STRUCT_DECL: "struct", K.UNION_DECL: "union", K.ENUM_DECL: "enum"}[cursor.kind]
    if nameless(cursor):
        return f"{word} at {cursor.location.file.name}:{cursor.location.offset}"
    return f"{word} {cursor.spelling}"


# ---- The choice -----------------------------------------------------------------------------
class Choice:
    """What was asked for, with all that it is made of."""

    def __init__(self, toolkit, names, macros):
        self.kit = toolkit
        self.functions, self.types, self.constants, self.macros = set(), set(), {}, set()
        for name in sorted(macros):
            self.macro(name)
        for name in sorted(names):
            self.name(name)
        for name in filter(toolkit.is_row, sorted(toolkit.functions)):
            self.function(name)

    def name(self, name):
        kit = self.kit
        if name in kit.functions:
            self.function(name)
        if name in kit.constants:
            cursor, of = kit.constants[name]
            self.constants.setdefault(of, set()).add(name)
            self.type_named(of)
        for key in (name, "struct " + name, "union " + name, "enum " + name):
            if key in kit.types:
                self.type_named(key)
        if name.endswith("_params") and name[:-len("_params")] in kit.functions:
            self.function(name[:-len("_params")])
        if name.startswith(TRACED):
            self.name(name[len(TRACED):])

    def macro(self, name):
        if name in self.macros or name not in self.kit.macros:
            return
        self.macros.add(name)
        for token in list(self.kit.macros[name].get_tokens())[1:]:
            if token.spelling in self.kit.macros:
                self.macro(token.spelling)
            elif token.spelling != name:
                self.name(token.spelling)

    def function(self, name):
        if name in self.functions:
            return
        self.functions.add(name)
        cursor = self.kit.functions[name]
        for word in self.kit.defaults.get(name, ()):
            self.macro(word)
        self.type(cursor.result_type)
        for argument in cursor.get_arguments():
            self.type(argument.type)

    def type(self, of):
        if of.kind == T.POINTER:
            self.type(of.get_pointee())
        elif of.kind in (T.CONSTANTARRAY, T.INCOMPLETEARRAY):
            self.type(of.element_type)
        elif of.kind == T.FUNCTIONPROTO:
            self.type(of.get_result())
            for argument in of.argument_types():
                self.type(argument)
        elif of.kind in (T.TYPEDEF, T.ELABORATED, T.RECORD, T.ENUM):
            declared = of.get_declaration()
            if self.kit.ours(declared):
                key = declared.spelling if declared.kind == K.TYPEDEF_DECL else tag(declared)
                self.type_named(key)

    def type_named(self, key):
        if key in self.types or key not in self.kit.types:
            return
        self.types.add(key)
        cursor = self.kit.types[key][1]
        if cursor.kind == K.TYPEDEF_DECL:
            self.type(cursor.underlying_typedef_type)
        elif key in self.kit.called:
            self.type_named(self.kit.called[key])
        else:
            self.members(cursor)

    def members(self, cursor):
        for child in cursor.get_children():
            if child.kind == K.FIELD_DECL:
                self.type(child.type)
            elif child.kind in (K.STRUCT_DECL, K.UNION_DECL):
                self.members(child)
