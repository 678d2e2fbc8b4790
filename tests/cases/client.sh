#!/usr/bin/env bash
# A worker built against the installed package, by pkg-config and by CMake, as
# its authors would: it runs, and the shim sees no leak in it.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/cmake_lib.sh"

unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES PKG_CONFIG_PATH CMAKE_PREFIX_PATH
build=$(dirname "$VRAMTRACK")
client=$(cd "$(dirname "$0")/../../examples/client" && pwd)
cuda=$(sed -n 's/^CUDA_HOME = //p' "$build/Makefile")
stage=$work/stage
cudart=$SIMULATE_DIR/$CUDART
seconds=300 # compilers on a busy machine
strict='-std=c++17 -Wall -Wextra -Wpedantic -Werror'

# The prefix in which the package lies is not the one it was configured with.
install_package() {
	limited make -C "$build" install DESTDIR="$stage"
	is 'make install' $status 0
	[ $status -eq 0 ] || finish
	pc=$(find "$stage" -name vramtrack.pc)
	export PKG_CONFIG_LIBDIR=${pc%/*}
	lib=$(pkg-config --variable=libdir vramtrack)
	prefix=$(pkg-config --variable=prefix vramtrack)
	docs=$(find "$stage" -path '*/doc/vramtrack/README.md' -printf '%h')
}

cat >"$work/wanted" <<'TEXT'
weights: 3 tensors, 4195584 bytes
request 1: served with 2097152 bytes
Status: RESIDENT
VRAM Usage Report:
  Total: 6.00 MB
  Allocations: 2
  Breakdown:
    Model Weights: 4.00 MB
    KV Cache: 2.00 MB
request 2: refused, VRAM_OOM
request 3: served with 1048576 bytes
Status: RESIDENT
VRAM Usage Report:
  Total: 5.00 MB
  Allocations: 2
  Breakdown:
    Model Weights: 4.00 MB
    KV Cache: 1.00 MB
live at the end: 0 bytes
TEXT

check_client() { # program
	is 'it is built' $status 0
	[ $status -eq 0 ] || return
	native "$1"
	is 'status is 0' $status 0
	same_files 'it says what it should' out "$work/wanted"
	says 'the refusal has the bytes of each purpose' err '^Out of memory: .*ModelWeights: '
	tracked "$1"
	is 'status is 0 under the shim' $status 0
	holds 'its memory is seen' '[.processes[].devices[].allocations] | add >= 5'
	holds 'no leak, nothing freed by the reset, no bad free' 'leaks == [] and only("out_of_memory")'
}

scene 'the package'
install_package
for file in cuda_error.hpp device_memory.hpp vram_tracker.hpp vramtrack.h \
	compat/device_memory.h compat/vram_tracker.h; do
	is "$file is installed" "$(ls "$prefix/include/vramtrack/$file" 2>&1)" \
		"$prefix/include/vramtrack/$file"
done
is 'pkg-config knows the shim' "$(ls "$(pkg-config --variable=preload vramtrack)" 2>&1)" \
	"$lib/vramtrack/libvramtrack_preload.so"
is 'pkg-config knows the simulated device' \
	"$(ls -d "$(pkg-config --variable=simulate vramtrack)" 2>&1)" "$lib/vramtrack/simulate"

missing=$(grep -oE '\]\((docs/)?[A-Za-z-]+\.(md|tsv)\)' "${docs:-/nonexistent}/README.md" | tr -d ']()' | sort -u |
	while read -r page; do [ -r "$docs/$page" ] || echo "$page"; done)
is 'README is installed, and each page that it links to' "$missing${docs:+.}" .

scene 'the package, moved'
mkdir away && cp -R "$stage/." away
is 'pkg-config names the new place' "$(PKG_CONFIG_LIBDIR=$PWD/away${PKG_CONFIG_LIBDIR#"$stage"} \
	pkg-config --cflags --libs vramtrack | tr ' ' '\n' | sed -n 's/^-[IL]//p' | xargs -n 1 realpath | sort | tr '\n' ' ')" \
	"$(realpath "$PWD/away${prefix#"$stage"}/include" "$PWD/away${lib#"$stage"}" | sort | tr '\n' ' ')"

# What is packed is thrown away: nothing is compressed.
scene 'a bundle that is not whole'
mkdir quick && printf '#!/bin/sh\nexec cat\n' >quick/xz && chmod +x quick/xz
PATH=$PWD/quick:$PATH limited bash "$client/../../scripts/bundle" --version 0 --arch "$(uname -m)" --bindir "$prefix/bin" \
	--pkglibdir "$lib/vramtrack" --mandir "$prefix/share/man" --docdir "$docs" --try /bin/false
is 'a program that fails in it is an error' $status 1
says 'which is said' err '^bundle: false does not run under the unpacked copy$'
is 'nothing has the name of the bundle' "$(find . -name '*.tar.xz*')" ''

for compiler in g++ clang++; do
	optimize=-O2 # on which warnings of g++ depend
	[ $compiler = g++ ] || optimize=-O0
	scene "by pkg-config and $compiler"
	command -v $compiler >/dev/null || { skip 'built and run' "$compiler is not installed"; continue; }
	limited make -f "$client/Makefile" CXX=$compiler CXXFLAGS="$strict $optimize" CUDA_HOME="$cuda" \
		CUDA_LIBS="$cudart" LDFLAGS="-Wl,-rpath,$lib"
	check_client ./client
done

# Each header alone, with the class of the worker and with vramtrack's own.
scene 'headers'
cuda_headers=(-isystem "$cuda/include")
[ "$cuda" != /usr ] || cuda_headers=() # where g++ looks by itself: it finds no <stdlib.h> after it
for header in vramtrack/cuda_error.hpp vramtrack/vram_tracker.hpp vramtrack/device_memory.hpp \
	vramtrack/compat/vram_tracker.h vramtrack/compat/device_memory.h vramtrack/vramtrack.h; do
	for more in '' "-I$client"; do
		# shellcheck disable=SC2046,SC2086
		limited g++ $strict $more $(pkg-config --cflags vramtrack) "${cuda_headers[@]}" \
			-include "$header" -include cuda.h -x c++ -fsyntax-only /dev/null
		is "$header compiles alone${more:+ beside another cuda_error.h}" $status 0
	done
done

cuda_toolkit_for_cmake

# In one build folder: what the options leave as it is stays built.
configure_by_cmake() { # sources, build folder, options...
	local from=$1 to=$2
	shift 2
	limited cmake -S "$from" -B "$to" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_CXX_COMPILER=g++ \
		-DCMAKE_CXX_FLAGS=-Werror "$@"
}

by_cmake() { # options...
	configure_by_cmake "$client" "$work/cmake" "$@"
	[ $status -ne 0 ] || limited cmake --build "$work/cmake"
	check_client "$work/cmake/client"
}

if ! command -v cmake >/dev/null; then
	skip 'by CMake' 'cmake is not installed'
else
	scene 'by CMake'
	by_cmake
	if [ -e "$lib/libvramtrack.a" ]; then
		scene 'by CMake, the archive'
		by_cmake -DCLIENT_STATIC=ON
		silent_about 'no shared library is needed' <(readelf -d "$work/cmake/client") 'libvramtrack'
	fi
	scene 'by CMake, a version that is not there'
	sed 's/find_package(vramtrack [0-9.]*/find_package(vramtrack 7.3/' \
		"$client/CMakeLists.txt" >CMakeLists.txt
	configure_by_cmake . cmake
	is 'it is refused' $status 1
	says 'with the version that is' err 'version: 0\.'
fi

finish
