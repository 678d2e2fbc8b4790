# shellcheck shell=bash
# What the scripts share: where things are, packages, the CUDA toolkit, steps with a time.
# Source it; it changes to the root of the source tree.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$root" || exit 1
logs=$root/build/log
PATH=$PATH:/usr/sbin:/sbin # ldconfig, which a user's PATH does not have
jobs=$(nproc 2>/dev/null || echo 2)
with_cuda=
more_usage= # options of the script's own, for --help

say() { printf '%s\n' "$*"; }

die() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# Known after half a minute otherwise, and not in these words.
case $root in
*[!A-Za-z0-9_./+,@%=~-]*)
	die "the path '$root' has a space or another character that make or LD_PRELOAD cannot take:" \
		"move the folder to a path of letters, digits and any of _ . / + , @ % = ~ -"
	;;
esac

# ---- Packages -------------------------------------------------------------------------------
# One row a package: its Debian name, a probe, and who needs it. A probe is a command, or a C
# header in <>, with ++ a C++ header, with py: a Python module, or "fuzzer" (clang's libFuzzer). "check" rows are needed by
# scripts/check only, and those of its tests that lack one are skipped; "bare" is for scripts/bare.
package_table='
gcc              gcc                 build
g++              g++                 build
make             make                build
autoconf         autoconf            build
automake         automake            build
libtool          libtoolize          build
python3          python3             build
pkg-config       pkg-config          build
libunwind-dev    <libunwind.h>       build
uthash-dev       <uthash.h>          build
libjansson-dev   <jansson.h>         build
libinih-dev      <ini.h>             build
libmxml-dev      <mxml.h>            build
libdw-dev        <elfutils/libdwfl.h> build
libelf-dev       <libelf.h>          build
zlib1g-dev       <zlib.h>            build
libsqlite3-dev   <sqlite3.h>         check
libiberty-dev    <libiberty/demangle.h> build
libncurses-dev   <curses.h>          build
libmicrohttpd-dev <microhttpd.h>     build
libcmocka-dev    <cmocka.h>          check
tmux             tmux                check
libdebuginfod-dev <elfutils/debuginfod.h> check
git              git                 check
libpython3-dev   python3-config      check
python3-venv     py:ensurepip        check
debhelper        dh                  check
lintian          lintian             check
patchelf         patchelf            check
xz-utils         xz                  check
jq               jq                  check
libxml2-utils    xmllint             check
python3-jsonschema jsonschema        check
golang-go        go                  check
prometheus       promtool            check
sqlite3          sqlite3             check
python3-pytest   py:pytest           check
python3-yaml     py:yaml             check
python3-greenlet py:greenlet         check
pypy3            pypy3               check
libgtest-dev     ++<gtest/gtest.h>   check
clang-format     clang-format        check
mandoc           mandoc              check
bsdutils         script              check
zsh              zsh                 check
fish             fish                check
clang            clang++             check
libclang-rt-dev  fuzzer              check
cmake            cmake               check
cargo            cargo               check
rustc            rustc               check
rust-clippy      cargo-clippy        check
rustfmt          rustfmt             check
shellcheck       shellcheck          check
valgrind         valgrind            check
chromium-driver  chromedriver        check
nodejs           node                check
npm              npm                 check
qemu-user-static qemu-aarch64-static check
gcc-aarch64-linux-gnu aarch64-linux-gnu-gcc check
g++-aarch64-linux-gnu aarch64-linux-gnu-g++ check
debootstrap      debootstrap         bare
'

package_present() { # package probe
	[[ $(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null) == installed ]] && return
	case $2 in
	# cmocka.h wants these before it.
	'<'*) printf '#include <stdarg.h>\n#include <stddef.h>\n#include <stdint.h>\n#include <setjmp.h>\n#include %s\n' "$2" |
		gcc -fsyntax-only -x c - 2>/dev/null ;;
	'++'*) printf '#include %s\n' "${2#++}" | g++ -std=c++17 -fsyntax-only -x c++ - 2>/dev/null ;;
	fuzzer) have_fuzzer ;;
	py:*) python3 -c "import ${2#py:}" 2>/dev/null ;;
	*) command -v "$2" >/dev/null ;;
	esac
}

# Whether clang is here with its libFuzzer.
have_fuzzer() {
	command -v clang++ >/dev/null &&
		compgen -G "$(clang -print-runtime-dir 2>/dev/null)/libclang_rt.fuzzer*.a" >/dev/null
}

as_root() {
	if [[ $(id -u) == 0 ]]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo -n "$@" || die "sudo asks for a password here: run scripts/prepare once as root"
	else
		die "neither root nor sudo: run scripts/prepare once as root"
	fi
}

# Installs what is missing for `build`, for `build` and `check`, or for all three. Asks nothing.
prepare_packages() { # build|check|bare
	local package probe use missing=()
	while read -r package probe use; do
		[[ -n $package && " build $1 ${1/bare/check} " == *" $use "* ]] || continue
		package_present "$package" "$probe" || missing+=("$package")
	done <<<"$package_table"
	[[ ${#missing[@]} == 0 ]] && return
	command -v apt-get >/dev/null || die "these packages are missing and there is no apt-get to" \
		"install them (Debian's names): ${missing[*]}"
	say "installing ${missing[*]}"
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update ||
		die "apt-get update failed; missing packages: ${missing[*]}"
	# Where there is no such package clang's own has what is in it.
	apt-cache show libclang-rt-dev >/dev/null 2>&1 ||
		mapfile -t missing < <(printf '%s\n' "${missing[@]}" | grep -vx libclang-rt-dev)
	[[ ${#missing[@]} != 0 ]] || return 0
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install \
		"${missing[@]}" >/dev/null || die "apt-get could not install: ${missing[*]}"
}

# ---- The CUDA toolkit -----------------------------------------------------------------------
# Sets `cuda` to the first of --with-cuda, CUDA_HOME, CUDA_PATH, nvcc's folder, /usr/local/cuda
# that configure can build with, and `cuda_option` to what tells configure so. Without one `cuda`
# is the folder of our own declarations. The folder asked for by --with-cuda must be one.
find_cuda() {
	local nvcc place places=()
	nvcc=$(command -v nvcc) && nvcc=$(dirname "$(dirname "$(readlink -f "$nvcc")")")
	if [[ -n $with_cuda ]]; then
		places=("$with_cuda")
	else
		for place in "${CUDA_HOME:-}" "${CUDA_PATH:-}" "$nvcc" /usr/local/cuda; do
			[[ -n $place ]] && places+=("$place")
		done
	fi
	[[ $with_cuda != no ]] || places=()
	for place in "${places[@]}"; do
		toolkit_fits "$place" || continue
		cuda=$(cd "$place" && pwd -P)
		cuda_option=--with-cuda=$cuda
		return
	done
	[[ -z $with_cuda || $with_cuda == no ]] ||
		die "--with-cuda=$with_cuda is no CUDA toolkit of version 12.0 or newer with the headers of the" \
			"runtime (and from 13.0 on, of CUPTI). $how_to_get_one"
	cuda=$root/toolkit
	cuda_option=--without-cuda
}

how_to_get_one="NVIDIA's own repository has it, with the version in the packages' names
(cuda-toolkit-13-0, or cuda-cudart-dev-13-0, cuda-cupti-dev-13-0 and cuda-nvcc-13-0): see
https://developer.nvidia.com/cuda-downloads. The nvidia-cuda-toolkit of Debian 13 (12.4) and of Ubuntu 24.04 (12.0) will do,
that of Debian 12 and of Ubuntu 22.04 is too old."

toolkit_fits() { # folder
	local version
	[[ -r $1/include/cuda_runtime_api.h ]] || return
	version=$(sed -n 's/^#define CUDA_VERSION  *\([0-9]*\).*/\1/p' "$1/include/cuda.h" 2>/dev/null)
	[[ ${version:-0} -ge 12000 ]] && [[ $version -lt 13000 || -r $1/include/generated_cuda_meta.h ]]
}

have_toolkit() { [[ $cuda_option != --without-cuda ]]; }

# The toolkit's shared runtime, by the layout of NVIDIA's or of a distribution's; nothing where it has none.
toolkit_runtime() { # libcudart.so.N
	local folder
	for folder in "$cuda"/lib64 "$cuda"/lib "$cuda/targets/$(uname -m)-linux/lib" "$cuda/lib/$(uname -m)-linux-gnu"; do
		[[ ! -e $folder/$1 ]] || { say "$folder/$1"; return; }
	done
}

# One line on what CUDA is to this build.
say_cuda() {
	if have_toolkit; then
		say "      CUDA's headers: the toolkit in $cuda"
	else
		say "      no CUDA toolkit of 12.0 or newer here: building with our own declarations (toolkit/)"
	fi
}

# Whether a CUDA program can run on a real device here.
have_gpu() {
	[[ -e /dev/nvidiactl || -e /dev/dxg ]] || return
	ldconfig -p 2>/dev/null | grep 'libcuda\.so\.1' >/dev/null ||
		ls /usr/local/nvidia/lib*/libcuda.so.1 >/dev/null 2>&1 || return
	! command -v nvidia-smi >/dev/null || nvidia-smi -L 2>/dev/null | grep . >/dev/null
}

# ---- Steps ----------------------------------------------------------------------------------
steps=0 # how many there will be: set by the script
step=0

# Runs a command with its output in a log of its own, $step_log; prints progress and time.
# Returns its status; what to do with a failure is the caller's choice.
run_step() { # title command...
	local title=$1 started=$SECONDS status=0
	shift
	step=$((step + 1))
	mkdir -p "$logs"
	step_log=$logs/$step-${title//[^a-zA-Z0-9]/-}.log
	printf '[%d/%d] %-50s ' "$step" "$steps" "$title"
	("$@") >"$step_log" 2>&1 </dev/null || status=$?
	printf '%4d s' $((SECONDS - started))
	if [[ $status == 0 ]]; then say ""; else say "  FAILED (status $status)"; fi
	return "$status"
}

show_log() {
	say "---- the last lines of ${1#"$root"/}"
	tail -n 60 "$1"
	say "----"
}

# ---- The build ------------------------------------------------------------------------------
# Out of tree, under build/. Nothing is ever installed into the prefix that is compiled in, so that
# tests meet no vramtrack but the one they test; the demo installs the same build elsewhere.
bootstrap() {
	[[ ! -e config.status ]] ||
		die "the source folder itself is configured: run 'make distclean' in it first"
	./autogen.sh
}

configure_in() { # folder options...
	local folder=$root/build/$1
	shift
	mkdir -p "$folder"
	(cd "$folder" && "$root/configure" --prefix="$root/build/prefix" "$cuda_option" \
		--enable-werror "$@")
}

build_in() { # folder target...
	local folder=$root/build/$1
	shift
	make -C "$folder" -j "$jobs" "$@"
}

configure_and_build() { # folder options...
	configure_in "$@" && build_in "$1" all
}

read_common_arguments() {
	local argument usage="usage: ${0##*/} [--with-cuda=DIR|--without-cuda]${more_usage:+ $more_usage}"
	for argument; do
		case $argument in
		--with-cuda=?*) with_cuda=${argument#*=} ;;
		--without-cuda) with_cuda=no ;;
		-h | --help)
			say "$usage"
			exit 0
			;;
		*) die "unknown argument '$argument' ($usage)" ;;
		esac
	done
}
