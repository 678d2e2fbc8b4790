"""Writes a file as the driver writes a GPU core dump, with one warp whose lane 1 met an exception.

usage: core_dump.py FILE ADDRESS [HARM]   the address is in that lane's registers 4 and 5; HARM: what is
wrong with the file: link (tables that are linked to themselves), short (rows that are cut), many (lanes);
gone: it has the multiprocessors alone
"""
import struct
import sys

LOUSER = 0x80000000
REGISTERS, PROCESSOR, CTA, WARP, THREAD = LOUSER + 5, LOUSER + 11, LOUSER + 13, LOUSER + 14, LOUSER + 15


def thread(lane, exception):
    return struct.pack("<QQIIIIIIII", 0x7F0000001230, 0x230, lane, lane, 0, 0, exception, 0, 0, 0)


def main():
    path, address = sys.argv[1], int(sys.argv[2], 16)
    harm = sys.argv[3] if len(sys.argv) > 3 else ""
    lanes = 100000 if harm == "many" else 2
    registers = struct.pack("<8I", 7, 0, 9, 1, address & 0xFFFFFFFF, address >> 32, 0xFFFFFFFF, 0xFFFFFFFF)
    strings = b"\0.shstrtab\0.cudbg\0"
    # name, type, link, info, entsize, bytes
    sections = [
        (0, 0, 0, 0, 0, b""),
        (11, CTA, 0, 0, 24, struct.pack("<QIIII", 1, 3, 2, 1, 0)),
        (11, WARP, 1, 0, 32, struct.pack("<QIIIIII", 0x7F0000001240, 0, 3, 3, 0, 1, 0)),
        (11, THREAD, 2, 0, 48, b"".join(thread(i, 14 if i or harm == "many" else 0) for i in range(lanes))),
        (11, REGISTERS, 3, 1, 4, registers),
        (1, 3, 0, 0, 0, strings),
    ]
    if harm == "gone":
        processors = [struct.pack("<QIIQ24x", i, 14 * (i == 2), i == 2, 0x7F0000001240 * (i == 2)) for i in range(4)]
        sections[1:5] = [(11, PROCESSOR, 0, 0, 48, b"".join(processors)), (11, THREAD, 0, 0, 48, b"")]
    if harm == "link":
        sections = [(n, t, 3 if t >= LOUSER else l, 0xFFFFFFFF, e, d) for n, t, l, i, e, d in sections]
    if harm == "short":
        sections = [(n, t, l, i, 8 if t >= LOUSER else e, d[:20]) for n, t, l, i, e, d in sections]
    data, headers, at = b"", b"", 64
    for name, kind, link, info, size, content in sections:
        headers += struct.pack("<IIQQQQIIQQ", name, kind, 0, 0, at if kind else 0, len(content), link, info, 8, size)
        data += content
        at += len(content)
    # ELFOSABI_CUDA, ET_CORE, EM_CUDA
    header = b"\x7fELF\x02\x01\x01\x33" + bytes(8) + struct.pack(
        "<HHIQQQIHHHHHH", 4, 0xBE, 1, 0, 0, at, 0, 64, 0, 0, 64, len(sections), len(sections) - 1)
    with open(path, "wb") as out:
        out.write(header + data + headers)


main()
