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

dnl VT_FIND_CUDA: --with-cuda, CUDA_HOME, CUDA_PATH, nvcc's folder, /usr/local/cuda.
dnl Only headers are needed to build; nothing links to NVIDIA's libraries.
AC_DEFUN([VT_FIND_CUDA], [
  AC_ARG_WITH([cuda],
    [AS_HELP_STRING([--with-cuda=DIR], [folder of the CUDA toolkit (has include/cuda.h)])])
  AC_MSG_CHECKING([for the CUDA toolkit])
  vt_nvcc=`command -v nvcc 2>/dev/null`
  AS_IF([test -n "$vt_nvcc"], [vt_nvcc=`readlink -f "$vt_nvcc"`; vt_nvcc=`dirname "$vt_nvcc"`/..])
  vt_found=
  AS_IF([test -n "$with_cuda"], [vt_places=$with_cuda],
    [vt_places="$CUDA_HOME $CUDA_PATH $vt_nvcc /usr/local/cuda"])
  for vt_place in $vt_places; do
    AS_IF([test -z "$vt_found" && test -r "$vt_place/include/cuda.h"], [vt_found=$vt_place])
  done
  AS_IF([test -z "$vt_found"], [
    AC_MSG_RESULT([no])
    AC_MSG_ERROR([no CUDA toolkit found (looked for include/cuda.h in: $vt_places).
  Install one (Debian, Ubuntu: NVIDIA's package cuda-toolkit, see
  https://developer.nvidia.com/cuda-downloads) or say --with-cuda=DIR.])
  ])
  CUDA_HOME=`cd "$vt_found" && pwd -P`
  AC_MSG_RESULT([$CUDA_HOME])
  AS_IF([test ! -r "$CUDA_HOME/include/generated_cuda_meta.h"],
    [AC_MSG_ERROR([$CUDA_HOME has no CUPTI headers: install NVIDIA's package cuda-cupti-dev])])
  CUDA_CPPFLAGS="-isystem $CUDA_HOME/include"
  AC_SUBST([CUDA_HOME])
  AC_SUBST([CUDA_CPPFLAGS])
])
