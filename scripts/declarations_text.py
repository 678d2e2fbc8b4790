"""Writes what was chosen of a toolkit's headers as text in C (scripts/declarations)."""
import os
import subprocess
import textwrap

from declarations_toolkit import K, ROOT, T, TRACED, nameless, tag

TARGET = ROOT + "/toolkit/include"
# Which of our headers declares what a header of the toolkit does.
HOMES = {"cuda.h": "cuda.h", "cudaProfiler.h": "cuda.h", "generated_cuda_meta.h": None,
         "cupti_driver_cbid.h": None}
# What CUDA's two interfaces both define.
SHARED = "struct CUuuid_st"


def home(path):
    name = os.path.basename(path)
    if name.startswith("cupti"):
        return HOMES.get(name, "cupti.h")
    return HOMES.get(name, "cuda_runtime_api.h")


def declarator(of, name):
    """A type and a name as C writes them together."""
    constant = "const " if of.is_const_qualified() else ""
    if of.kind == T.POINTER:
        to = of.get_pointee()
        if to.kind in (T.FUNCTIONPROTO, T.CONSTANTARRAY) or to.spelling.endswith(")"):
            return declarator(to, f"(*{constant}{name})")
        return declarator(to, f"*{constant}{name}")
    if of.kind == T.CONSTANTARRAY:
        return declarator(of.element_type, f"{name}[{of.element_count}]")
    if of.kind == T.INCOMPLETEARRAY:
        return declarator(of.element_type, f"{name}[]")
    if of.kind == T.FUNCTIONPROTO:
        inner = ", ".join(declarator(a, "") for a in of.argument_types()) or "void"
        return declarator(of.get_result(), f"{name}({inner})")
    return f"{of.spelling} {name}".strip()


def body(cursor):
    """The members of a struct or union, those of nested ones without a tag in place."""
    lines, children = [], list(cursor.get_children())
    for place, child in enumerate(children):
        if child.kind in (K.STRUCT_DECL, K.UNION_DECL):
            after = children[place + 1] if place + 1 < len(children) else child
            holds = after.kind == K.FIELD_DECL and holder(after) == child
            if not holds and nameless(child):
                lines += [definition(child) + ";"]
        elif child.kind == K.FIELD_DECL:
            inside = holder(child)
            if inside != child and inside in children:
                lines += [definition(inside) + f" {suffixed(child)};"]
            else:
                lines += [declarator(child.type, child.spelling) + ";"]
    return lines


def suffixed(field):
    name, of = field.spelling, field.type
    while of.kind == T.CONSTANTARRAY:
        name, of = f"{name}[{of.element_count}]", of.element_type
    return name


def holder(field):
    of = field.type
    while of.kind == T.CONSTANTARRAY:
        of = of.element_type
    declared = of.get_declaration()
    return declared if declared.kind in (K.STRUCT_DECL, K.UNION_DECL) else field


def natural(cursor):
    """The alignment that the members alone would give."""
    return max([1] + [child.type.get_align() for child in cursor.get_children()
                      if child.kind == K.FIELD_DECL] +
               [natural(child) for child in cursor.get_children()
                if child.kind in (K.STRUCT_DECL, K.UNION_DECL)])


def definition(cursor):
    word = "union" if cursor.kind == K.UNION_DECL else "struct"
    name = "" if nameless(cursor) else cursor.spelling
    align = cursor.type.get_align()
    if align > natural(cursor):
        name = f"__attribute__((aligned({align}))) {name}"
    return f"{word} {name} {{\n" + "\n".join(body(cursor)) + "\n}"


def enumeration(cursor, wanted):
    name = "" if nameless(cursor) else cursor.spelling
    rows = {}
    for child in cursor.get_children():
        if child.spelling in wanted:
            rows[child.spelling] = child.enum_value
    if not rows:  # an enum of C has a member
        child = next(iter(cursor.get_children()))
        rows[child.spelling] = child.enum_value
    listed = sorted(rows.items(), key=lambda row: row[1])
    return f"enum {name} {{\n" + "".join(f"{n} = {v},\n" for n, v in listed) + "}"


def write_type(choice, key):
    cursor = choice.kit.types[key][1]
    if cursor.kind == K.TYPEDEF_DECL:
        under = cursor.underlying_typedef_type
        declared = under.get_declaration()
        if declared.kind in (K.STRUCT_DECL, K.UNION_DECL, K.ENUM_DECL) and nameless(declared) \
                and under.kind in (T.ELABORATED, T.RECORD, T.ENUM):
            inner = enumeration(declared, choice.constants.get(tag(declared), ())) \
                if declared.kind == K.ENUM_DECL else definition(declared)
            return f"typedef {inner} {cursor.spelling};"
        return "typedef " + declarator(under, cursor.spelling) + ";"
    if nameless(cursor):
        if cursor.kind == K.ENUM_DECL and key not in choice.kit.called:
            return enumeration(cursor, choice.constants.get(key, ())) + ";"
        return ""
    if cursor.kind == K.ENUM_DECL:
        return enumeration(cursor, choice.constants.get(key, ())) + ";"
    if not cursor.is_definition():
        return f"{key};"
    return definition(cursor) + ";"


def write_macro(choice, name):
    """(one of the names of a newest ABI?, its definition)"""
    tokens = [t.spelling for t in choice.kit.macros[name].get_tokens()][1:]
    if tokens and (tokens[0].startswith("__CUDA_API_PT") or tokens[0].startswith("__CUDART_API_PT")):
        tokens = tokens[2:-1]
    if tokens == [name]:
        return False, ""
    first = choice.kit.macros[name].extent.start.offset + len(name)
    line = name
    if tokens[:1] == ["("] and list(choice.kit.macros[name].get_tokens())[1].extent.start.offset == first:
        close = tokens.index(")")
        line += "".join(tokens[:close + 1])
        tokens = tokens[close + 1:]
    newest = len(tokens) == 1 and tokens[0] in choice.kit.functions
    return newest, f"#define {line} {' '.join(tokens)}".rstrip()


def prototype(kit, cursor):
    inner, defaults = [], kit.defaults.get(cursor.spelling, [])
    for number, argument in enumerate(cursor.get_arguments()):
        text = declarator(argument.type, argument.spelling or f"argument{number}")
        if number < len(defaults) and defaults[number]:
            text += f" VT_DEFAULT({defaults[number]})"
        inner.append(text)
    return declarator(cursor.result_type, f"{cursor.spelling}({', '.join(inner) or 'void'})") + ";"


def driver_row(choice, name):
    """One function of the driver: its name, its number among CUPTI's callbacks, its arguments."""
    cursor = choice.kit.functions[name]
    pairs = [(declarator(a.type, ""), a.spelling) for a in cursor.get_arguments()]
    number = choice.kit.constants[TRACED + name]
    if not pairs:
        return f"PLAIN({name}, {number[0].enum_value})"
    # A pair stays on one line.
    inner = "".join(f", ({of}, {called})".replace(" ", "~").replace(",~(", ", (") for of, called in pairs)
    return "\n\t".join(textwrap.wrap(f"FUNCTION({name}, {number[0].enum_value}{inner})", 90,
                                     break_long_words=False)).replace("~", " ")


HEAD = "/* Written by scripts/declarations, which says what this is; not by hand. {} */\n"


def save(name, text):
    path = f"{TARGET}/{name}"
    text = subprocess.run(["clang-format", "--assume-filename=" + path], check=True, text=True,
                          input=text, stdout=subprocess.PIPE).stdout
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def header(choice, name, purpose, before, after):
    kit = choice.kit

    def here(cursor):
        return home(cursor.location.file.name) == name
    macros = [write_macro(choice, m) for m in sorted(choice.macros) if here(kit.macros[m])]
    keys = sorted((k for k in choice.types if here(kit.types[k][1]) or
                   name == "cuda_runtime_api.h" and k == SHARED), key=lambda k: kit.types[k][0])
    guard = "VT_TOOLKIT_" + name.upper().replace(".", "_")
    parts = [HEAD.format(purpose), f"#ifndef {guard}\n#define {guard}\n", before]
    parts += [text for newest, text in macros if text and not newest]
    parts += ["", "#ifdef __cplusplus\nextern \"C\" {\n#endif\n"]
    parts += [guarded(key, write_type(choice, key)) for key in keys]
    parts += [prototype(kit, kit.functions[f]) for f in sorted(choice.functions)
              if here(kit.functions[f]) and not kit.is_row(f)]
    parts += [after, "#ifdef __cplusplus\n}\n#endif\n"]
    if name == "cuda.h":
        parts += ["/* The plain name is the newest ABI, unless every name is to be itself. */",
                  "#ifndef __CUDA_API_VERSION_INTERNAL"]
        parts += [text for newest, text in macros if newest]
        parts += ["#endif"]
    parts += ["#endif\n"]
    save(name, "\n".join(p for p in parts if p is not None))


def guarded(key, text):
    if key == SHARED:
        return f"#ifndef CU_UUID_HAS_BEEN_DEFINED\n#define CU_UUID_HAS_BEEN_DEFINED\n{text}\n#endif"
    return text


def rows(choice):
    kit = choice.kit
    functions = sorted(f for f in choice.functions if kit.is_row(f))
    text = HEAD.format("The driver's functions: FUNCTION(name, CUPTI's number, (type, argument)...);"
                       " PLAIN has none; NUMBER is of one that is declared elsewhere.")
    text += "/* clang-format off */\n" + "\n".join(driver_row(choice, f) for f in functions)
    used = {c for names in choice.constants.values() for c in names}
    alone = sorted(c for c in used if c.startswith(TRACED) and
                   c[len(TRACED):] not in functions)
    text += "\n" + "".join(f"NUMBER({c[len(TRACED):]}, {kit.constants[c][0].enum_value})\n"
                           for c in alone)
    text += "/* clang-format on */\n"
    save("vt_driver_functions.h", text)


def versions(kit):
    text = HEAD.format("What cuGetProcAddress gives for a base name from a version of CUDA on: LEGACY(base name,"
                       " version, exported name) answers every request, PER_THREAD one for per-thread default"
                       " streams.")
    text += "/* clang-format off */\n" + "".join(
        f"{'PER_THREAD' if per_thread else 'LEGACY'}({base}, {version}, {name})\n"
        for base, version, name, per_thread in kit.versions)
    save("vt_driver_versions.h", text + "/* clang-format on */\n")


def write(choice):
    os.makedirs(TARGET, exist_ok=True)
    rows(choice)
    versions(choice.kit)
    header(choice, "cuda.h", "The driver's interface.", "#include <stddef.h>\n#include <stdint.h>\n",
           "#include \"vt_driver_prototypes.h\"\n")
    header(choice, "cupti.h", "CUPTI's callbacks.",
           "#include <cuda.h>\n#include <cupti_driver_cbid.h>\n", "")
    header(choice, "cuda_runtime_api.h", "The runtime's interface.",
           "#include <stddef.h>\n#include <stdint.h>\n\n#ifdef __cplusplus\n#define VT_DEFAULT(value) = value\n"
           "#else\n#define VT_DEFAULT(value)\n#endif\n", "#undef VT_DEFAULT\n")
