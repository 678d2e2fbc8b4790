"""The command `vramtrack` of a wheel, and `python3 -m vramtrack`: runs the program that the wheel brings."""

import os
import platform
import sys

from vramtrack import _built


def folder():
    """Where the wheel has bin, lib and share."""
    return os.path.join(os.path.dirname(os.path.abspath(__file__)), "_bundle")


def glibc_here():
    """The version of the C library of this Python, as (2, 36); None if that is another one."""
    try:
        name, version = (os.confstr("CS_GNU_LIBC_VERSION") or "").split()
        return tuple(int(part) for part in version.split(".")[:2]) if name == "glibc" else None
    except (AttributeError, OSError, ValueError):
        return None


def refusal(machine, glibc):
    """Why the program cannot run on such a machine, or None."""
    least = ".".join(map(str, _built.GLIBC))
    if machine != _built.MACHINE:
        return f"this wheel is for {_built.MACHINE} and this Python runs on {machine}: install the wheel for {machine}"
    if glibc is None:
        return f"this wheel needs glibc {least} and this system's C library is another one (musl?): use a system with glibc"
    if glibc < _built.GLIBC:
        return f"this wheel needs glibc {least} and this system has {'.'.join(map(str, glibc))}: use a newer system, or build vramtrack here"
    return None


def main():
    reason = refusal(platform.machine(), glibc_here())
    if reason:
        sys.exit(f"vramtrack: {reason}")
    program = os.path.join(folder(), "bin", "vramtrack")
    try:
        os.execv(program, ["vramtrack"] + sys.argv[1:])
    except OSError as error:
        sys.exit(f"vramtrack: cannot run '{program}': {error.strerror}; install the wheel again")


if __name__ == "__main__":
    main()
