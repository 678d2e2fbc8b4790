dnl What configure asks beyond the usual: strictness, sanitizers, libraries by
dnl package name, and the CUDA toolkit.

dnl VT_OPTION_WERROR: warnings always, errors on request.
AC_DEFUN([VT_OPTION_WERROR], [
  AC_ARG_ENABLE([werror],
    [AS_HELP_STRING([--enable-werror], [treat compiler warnings as errors])])
  WARN_COMMON="-Wall -Wextra -Wshadow -Wpointer-arith -Wcast-qual -Wwrite-strings -Wformat=2 -Wundef -Wvla"
  WARN_CFLAGS="$WARN_COMMON -Wstrict-prototypes -Wmissing-prototypes"
  WARN_CXXFLAGS="$WARN_COMMON"
  AS_IF([test "$enable_werror" = yes],
    [WARN_CFLAGS="$WARN_CFLAGS -Werror"; WARN_CXXFLAGS="$WARN_CXXFLAGS -Werror"])
  AC_SUBST([WARN_CFLAGS])
  AC_SUBST([WARN_CXXFLAGS])
])

dnl VT_OPTION_SANITIZER: --enable-sanitizer=address,undefined or =thread.
AC_DEFUN([VT_OPTION_SANITIZER], [
  AC_ARG_ENABLE([sanitizer],
    [AS_HELP_STRING([--enable-sanitizer=LIST],
      [build with compiler sanitizers: address,undefined or thread])])
  vt_sanitizers=
  AS_CASE([$enable_sanitizer],
    [''|no], [],
    [yes], [AC_MSG_ERROR([--enable-sanitizer needs a list: address,undefined or thread])],
    [vt_sanitizers=$enable_sanitizer])
  SANITIZER_FLAGS=
  AS_IF([test -n "$vt_sanitizers"], [
    SANITIZER_FLAGS="-fsanitize=$vt_sanitizers -fno-sanitize-recover=all"
    vt_saved=$CFLAGS
    CFLAGS="$CFLAGS $SANITIZER_FLAGS"
    AC_MSG_CHECKING([whether $CC takes -fsanitize=$vt_sanitizers])
    AC_LINK_IFELSE([AC_LANG_PROGRAM()], [AC_MSG_RESULT([yes])],
      [AC_MSG_RESULT([no])
       AC_MSG_ERROR([the compiler cannot build with -fsanitize=$vt_sanitizers])])
    CFLAGS=$vt_saved
  ])
  AC_SUBST([SANITIZER_FLAGS])
  AM_CONDITIONAL([SANITIZED], [test -n "$vt_sanitizers"])
])

dnl VT_OPTION_LTO: the recorder is many small files whose functions are called for
dnl every allocation. Objects are fat, and whatever else is made of them (tests) is
dnl linked without it, by NO_LTO_FLAGS. After VT_OPTION_SANITIZER.
dnl RECORDER_FLAGS are these and what the compiler knows of the following: no
dnl detour over the procedure linkage table; no pairs of fields that were stored
dnl one by one loaded as one, for which the processor would have to wait.
AC_DEFUN([VT_OPTION_LTO], [
  AC_ARG_ENABLE([lto],
    [AS_HELP_STRING([--disable-lto], [build the recorder without link-time optimization])])
  LTO_FLAGS=
  NO_LTO_FLAGS=
  AS_IF([test "$enable_lto" != no && test -z "$vt_sanitizers"], [
    vt_saved=$CFLAGS
    CFLAGS="$CFLAGS -flto=auto -ffat-lto-objects"
    AC_MSG_CHECKING([whether $CC takes -flto=auto -ffat-lto-objects])
    AC_LINK_IFELSE([AC_LANG_PROGRAM()],
      [AC_MSG_RESULT([yes])
       LTO_FLAGS="-flto=auto -ffat-lto-objects"
       NO_LTO_FLAGS=-fno-lto],
      [AC_MSG_RESULT([no])])
    CFLAGS=$vt_saved
  ])
  RECORDER_FLAGS=$LTO_FLAGS
  VT_RECORDER_FLAG([-fno-plt])
  VT_RECORDER_FLAG([-fno-tree-slp-vectorize])
  AC_SUBST([RECORDER_FLAGS])
  AC_SUBST([NO_LTO_FLAGS])
])

AC_DEFUN([VT_RECORDER_FLAG], [
  vt_saved=$CFLAGS
  CFLAGS="$CFLAGS -Werror $1"
  AC_MSG_CHECKING([whether $CC takes $1])
  AC_COMPILE_IFELSE([AC_LANG_PROGRAM()],
    [AC_MSG_RESULT([yes])
     RECORDER_FLAGS="$RECORDER_FLAGS $1"],
    [AC_MSG_RESULT([no])])
  CFLAGS=$vt_saved
])

dnl VT_NEED_HEADER(header, Debian package)
AC_DEFUN([VT_NEED_HEADER], [
  AC_CHECK_HEADER([$1], [], [AC_MSG_ERROR([$1 is missing: install $2])])
])

dnl VT_FIND_LIBIBERTY: the demangler; its header folder differs by system.
AC_DEFUN([VT_FIND_LIBIBERTY], [
  AC_CHECK_HEADERS([libiberty/demangle.h demangle.h], [vt_demangle=yes; break])
  AS_IF([test "$vt_demangle" != yes],
    [AC_MSG_ERROR([libiberty's demangle.h is missing: install libiberty-dev])])
  AC_CHECK_LIB([iberty], [cplus_demangle], [IBERTY_LIBS=-liberty],
    [AC_MSG_ERROR([libiberty is missing: install libiberty-dev])])
  AC_SUBST([IBERTY_LIBS])
])

dnl VT_PLAIN_FOLDERS: make, the shell and LD_PRELOAD take no other characters in a path; said
dnl before anything slow.
AC_DEFUN([VT_PLAIN_FOLDERS], [
  for vt_folder in "`pwd -P`" "`cd "$srcdir" && pwd -P`"; do
    AS_CASE([$vt_folder], [*[[!A-Za-z0-9_./+,@%=~-]]*],
      [AC_MSG_ERROR([the path '$vt_folder' has a space or another character that make or LD_PRELOAD cannot take:
  move the folder to a path of letters, digits and any of _ . / + , @ % = ~ -])])
  done
])

dnl VT_FIND_CUDA: --with-cuda, CUDA_HOME, CUDA_PATH, nvcc's folder, /usr/local/cuda; without a
dnl toolkit that will do, the declarations in toolkit/. Only headers are needed to build;
dnl nothing links to NVIDIA's libraries. find_cuda in scripts/lib.sh looks in the same places.
dnl Of a toolkit of CUDA 12 are libvramtrack (LIBRARY_CUDA_CPPFLAGS, CUDART) and what users compile. All
dnl that speaks with the driver takes the declarations of 13.0, where the older functions are too.
AC_DEFUN([VT_FIND_CUDA], [
  AC_ARG_WITH([cuda],
    [AS_HELP_STRING([--with-cuda=DIR],
      [folder of the CUDA toolkit, 12.0 or newer (has include/cuda.h)])
AS_HELP_STRING([--without-cuda], [build with our own declarations of CUDA])])
  AC_MSG_CHECKING([for the CUDA toolkit])
  vt_nvcc=`command -v nvcc 2>/dev/null`
  AS_IF([test -n "$vt_nvcc"], [vt_nvcc=`readlink -f "$vt_nvcc"`; vt_nvcc=`dirname "$vt_nvcc"`/..])
  AS_CASE([$with_cuda],
    [no], [vt_places=],
    [''|yes], [vt_places="$CUDA_HOME $CUDA_PATH $vt_nvcc /usr/local/cuda"],
    [vt_places=$with_cuda])
  CUDA_HOME=
  vt_unfit="none was found"
  for vt_place in $vt_places; do
    AS_IF([test -n "$CUDA_HOME"], [break])
    VT_TRY_CUDA([$vt_place])
  done
  AS_IF([test -n "$CUDA_HOME"], [AC_MSG_RESULT([$CUDA_HOME])], [AC_MSG_RESULT([no])])
  AS_IF([test -z "$CUDA_HOME"], [
    AS_CASE([$with_cuda], [''], [], [no], [vt_unfit="not asked for"],
      [AC_MSG_ERROR([--with-cuda=$with_cuda: $vt_unfit (looked in: $vt_places).
  Say the folder of a toolkit, or --without-cuda to build with our own declarations of CUDA.])])
    CUDA_HOME=`cd "$srcdir" && pwd -P`/toolkit
    AC_MSG_NOTICE([no CUDA toolkit ($vt_unfit): building with our own declarations, in toolkit/])
  ])
  dnl Where the compiler looks by itself: as -isystem, C++ would find no <stdlib.h> after it.
  AS_IF([test "$CUDA_HOME" = /usr], [LIBRARY_CUDA_CPPFLAGS=], [LIBRARY_CUDA_CPPFLAGS="-isystem $CUDA_HOME/include"])
  CUDA_CPPFLAGS=$LIBRARY_CUDA_CPPFLAGS
  CUDART=libcudart.so.13
  vt_version=`sed -n 's/^.define CUDA_VERSION  *\([[0-9]]*\).*/\1/p' "$CUDA_HOME/include/cuda.h"`
  AS_IF([test "$vt_version" -lt 13000], [
    CUDART=libcudart.so.12
    CUDA_CPPFLAGS="-isystem `cd "$srcdir" && pwd -P`/toolkit/include"
    AC_MSG_NOTICE([a toolkit of CUDA 12: libvramtrack is for its libcudart.so.12; all else is built with our own declarations of 13.0, in toolkit/])
  ])
  AC_SUBST([CUDA_HOME])
  AC_SUBST([CUDA_CPPFLAGS])
  AC_SUBST([LIBRARY_CUDA_CPPFLAGS])
  AC_SUBST([CUDART])
])

dnl VT_TRY_CUDA(folder): sets CUDA_HOME if it has all that is included, else why not.
AC_DEFUN([VT_TRY_CUDA], [
  AS_IF([test -r "$1/include/cuda.h"], [
    vt_version=`sed -n 's/^.define CUDA_VERSION  *\([[0-9]]*\).*/\1/p' "$1/include/cuda.h"`
    AS_IF([test "${vt_version:-0}" -lt 12000],
        [vt_unfit="the one in $1 is older than 12.0"],
      [test ! -r "$1/include/cuda_runtime_api.h"],
        [vt_unfit="the one in $1 has no headers of the runtime: NVIDIA's package cuda-cudart-dev-`expr $vt_version / 1000`-`expr $vt_version % 1000 / 10` has them"],
      [test "$vt_version" -lt 13000],
        [CUDA_HOME=`cd "$1" && pwd -P`],
      [test ! -r "$1/include/generated_cuda_meta.h"],
        [vt_unfit="the one in $1 has no headers of CUPTI: NVIDIA's package cuda-cupti-dev-`expr $vt_version / 1000`-`expr $vt_version % 1000 / 10` has them"],
      [VT_CUDA_DISAGREES([$1])],
        [vt_unfit="the headers of the one in $1 disagree with the table of functions, preload/driver/driver_api.h: $vt_disagreement"],
      [CUDA_HOME=`cd "$1" && pwd -P`])
  ])
])

dnl VT_CUDA_DISAGREES(folder): whether its headers declare a wrapped function otherwise than the
dnl table has it; then the compiler's first word on that is in vt_disagreement.
AC_DEFUN([VT_CUDA_DISAGREES], [
  vt_disagreement=`LC_ALL=C $CC $CPPFLAGS -std=gnu11 -D_GNU_SOURCE -I"$srcdir" -I"$srcdir/src" -I"$srcdir/include" \
      -isystem "$1/include" -fsyntax-only -x c - 2>&1 <<'_VT_EOF' | sed -n 's/^.*error: //p' | sed 1q
#include "preload/driver/driver_api.h"
#define API(symbol, parameters, arguments) CUresult CUDAAPI symbol parameters;
VT_DRIVER_API(API)
#undef API
#define NAMED(symbol) void *named_##symbol(void) { return (void *)symbol; }
VT_DRIVER_DOORS(NAMED)
VT_DRIVER_QUERIES(NAMED)
_VT_EOF
`
  test -n "$vt_disagreement"
])
