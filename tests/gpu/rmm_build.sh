#!/usr/bin/env bash
# Builds examples/frameworks/rmm.cpp with RMM, for allocators.sh: rmm_build.sh PREFIX SOURCES PROGRAM
#   PREFIX   has include/vramtrack and lib/libvramtrack.so (make install, or an unpacked make bundle)
#   SOURCES  has the folders rmm, cccl, rapids-logger and spdlog, each its project's own tree; seen with
#            rapidsai/rmm v26.06.00, NVIDIA/cccl 207502e (v3.4.0-rc0), rapidsai/rapids-logger 4c72b59
#            (0.2.3), which that RMM asks for, and gabime/spdlog 1.13
#   PROGRAM  the program that is made; RMM is in it. RMM_STANDARD=20 builds it as C++20, which RMM wants from
#            26.08 on.
# RMM's own build fetches the rest from the network; this needs a compiler and a CUDA toolkit alone.
set -eu
[ $# -eq 3 ] || { echo "usage: $0 PREFIX SOURCES PROGRAM" >&2; exit 2; }
prefix=$(cd "$1" && pwd) && sources=$(cd "$2" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
cuda=${CUDA_HOME:-/usr/local/cuda}
for part in rmm/cpp/src cccl/libcudacxx/include rapids-logger/src spdlog/include; do
	[ -d "$sources/$part" ] || { echo "$0: there is no $part in $sources" >&2; exit 2; }
done
library=$(find "$prefix" -name libvramtrack.so | head -n 1)
[ -n "$library" ] || { echo "$0: no libvramtrack.so in $prefix" >&2; exit 2; }
work=$(mktemp -d "${TMPDIR:-/tmp}/vramtrack-rmm.XXXXXX")
trap 'rm -rf "$work"' EXIT

# What RMM's CMake generates of it.
mkdir -p "$work/include/rmm"
sed 's/@_RAPIDS_LOGGER_MACRO_PREFIX@/RMM/g; s/@_RAPIDS_LOGGER_DEFAULT_LOGGER@/rmm::default_logger()/g' \
	"$sources/rapids-logger/cmake/logger_macros.hpp.in" >"$work/include/rmm/logger_macros.hpp"

flags=(-O1 -w "-I$prefix/include" "-I$work/include" -isystem "$sources/rmm/cpp/include"
	-isystem "$sources/rapids-logger/include" -isystem "$sources/spdlog/include"
	-isystem "$sources/cccl/libcudacxx/include" -isystem "$sources/cccl/cub" -isystem "$sources/cccl/thrust"
	-isystem "$cuda/include")
rmm=$sources/rmm/cpp/src
compile() { # SOURCE STANDARD
	local name=${1#"$sources/"}
	${CXX:-g++} "-std=c++$2" "${flags[@]}" -c -o "$work/${name//\//_}.o" "$1"
}
export -f compile
export sources work
# An array cannot be exported.
wanted=${RMM_STANDARD:-17}
{
	printf '%s %s\n' "$here/../../examples/frameworks/rmm.cpp" "$wanted" "$sources/rapids-logger/src/logger.cpp" 20
	find "$rmm" -name '*.cpp' -printf "%p $wanted\n"
} | xargs -P "$(nproc)" -L 1 bash -c "$(declare -p flags); compile \"\$@\"" compile
${CXX:-g++} -o "$3" "$work"/*.o -L"$(dirname "$library")" -lvramtrack -L"$cuda/lib64" -lcudart -ldl -lpthread
