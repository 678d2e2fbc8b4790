#!/usr/bin/env bash
# The Rust crate with the library of the build tree, on the simulated device: its
# tests, its examples, and how its build finds the library. Prints TAP.
set -u
: "${LIBVRAMTRACK_DIR:?folder of libvramtrack.so}" "${SIMULATE_DIR:?folder of the simulated device}"
root=$(cd "$(dirname "$0")/../.." && pwd -P)
crate=$root/bindings/rust
# shellcheck source=page_blocks.sh
. "$root/tests/cases/page_blocks.sh"
skip_all() { echo "1..0 # SKIP $1"; exit 0; }
for program in cargo rustc; do
	command -v $program >/dev/null || skip_all "$program is not installed"
done
version=$(rustc --version 2>/dev/null | sed -n 's/^rustc 1\.\([0-9]*\)\..*/\1/p')
wanted=$(sed -n 's/^rust-version = "1\.\([0-9]*\)"/\1/p' "$crate/Cargo.toml")
[ "${version:-0}" -ge "$wanted" ] || skip_all "rustc 1.$wanted or newer is not installed"
if readelf -d "$LIBVRAMTRACK_DIR/libvramtrack.so" 2>/dev/null | grep -q 'NEEDED.*lib[at]san'; then
	skip_all 'the library is built with a sanitizer, whose runtime must be loaded first'
fi

# In the build tree: what cargo makes is executed, and is some tens of megabytes.
work=$(mktemp -d "$PWD/rust-test.XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
unset VRAMTRACK_SIMULATE VRAMTRACK_STATIC LD_PRELOAD RUSTFLAGS CARGO_BUILD_TARGET \
	PKG_CONFIG_PATH PKG_CONFIG_LIBDIR PKG_CONFIG_SYSROOT_DIR
unset MAKEFLAGS MFLAGS MAKELEVEL # cargo would look for make's jobserver
export LC_ALL=C CARGO_TARGET_DIR=$work/target CARGO_HOME=$work/home CARGO_TERM_COLOR=never
export LD_LIBRARY_PATH=$LIBVRAMTRACK_DIR:$SIMULATE_DIR
cd "$crate" || exit 99

count=0 failed=0
ok() { # DESCRIPTION STATUS; what was seen is in $work/seen
	count=$((count + 1))
	if [ "$2" -eq 0 ]; then echo "ok $count - $1"; else
		failed=1
		echo "not ok $count - $1"
		tail -n 60 "$work/seen" | sed 's/^/#   /'
	fi
}
skip() { count=$((count + 1)); echo "ok $count - $1 # SKIP $2"; }
limited() { timeout -k 5 400 "$@" >"$work/seen" 2>&1; }
# refuses PATTERN COMMAND...: it fails, and says so
refuses() {
	local pattern=$1
	shift
	! limited "$@" && grep -q "$pattern" "$work/seen"
}

# The layout of the structs, from the headers themselves.
"${CC:-cc}" -I"$root/include" -o "$work/layout" tests/layout.c >"$work/seen" 2>&1 &&
	"$work/layout" >"$work/layout.txt"
ok 'layout.c compiles and runs' $?
export VRAMTRACK_LAYOUT=$work/layout.txt

export VRAMTRACK_LIB_DIR=$LIBVRAMTRACK_DIR
limited cargo test --offline --locked --no-fail-fast
status=$?
# A check for each test of the crate.
grep -E '^test .* \.\.\. ' "$work/seen" >"$work/tests"
while read -r line; do
	name=${line#test } result=${line##* ... }
	name=${name%% ... *}
	case $result in
	ok) ok "$name" 0 ;;
	ignored*) skip "$name" 'ignored' ;;
	*) ok "$name" 1 ;;
	esac
done <"$work/tests"
ok 'cargo test' $status
[ "$(wc -l <"$work/tests")" -ge 50 ]
ok 'all tests were run' $?

for file in examples/*.rs; do
	name=bindings/rust/$file
	example=$(basename "$file" .rs)
	timeout -k 5 400 cargo run --offline --locked -q --example "$example" >"$work/out" 2>"$work/seen"
	ok "$name runs" $?
	block "output of $name" | diff - "$work/out" >"$work/seen"
	ok "$name prints what the page says" $?
done

if cargo clippy --version >/dev/null 2>&1; then
	limited cargo clippy --offline --locked --all-targets -- -D warnings
	ok 'clippy has nothing to say' $?
else
	skip 'clippy has nothing to say' 'clippy is not installed'
fi
if cargo fmt --version >/dev/null 2>&1; then
	limited cargo fmt --check
	ok 'the layout is that of rustfmt' $?
else
	skip 'the layout is that of rustfmt' 'rustfmt is not installed'
fi

# Where the build looks for the library.
refuses "VRAMTRACK_LIB_DIR is $work, but there is no libvramtrack.so in it" \
	env VRAMTRACK_LIB_DIR="$work" cargo build --offline --locked
ok 'a folder without the library is named' $?
refuses 'cannot run .*no-such-program: .*VRAMTRACK_LIB_DIR' \
	env -u VRAMTRACK_LIB_DIR PKG_CONFIG="$work/no-such-program" cargo build --offline --locked
ok 'without pkg-config it is said what to do' $?
if command -v pkg-config >/dev/null; then
	mkdir "$work/empty" "$work/pc"
	refuses 'does not find vramtrack.*PKG_CONFIG_PATH.*VRAMTRACK_LIB_DIR' \
		env -u VRAMTRACK_LIB_DIR PKG_CONFIG_LIBDIR="$work/empty" cargo build --offline --locked
	ok 'without vramtrack.pc it is said what to do' $?
	cat >"$work/pc/vramtrack.pc" <<-TEXT
		libdir=$LIBVRAMTRACK_DIR
		includedir=$root/include
		Name: vramtrack
		Description: the library of the build tree
		Version: 0.1.0
		Libs: -L\${libdir} -lvramtrack
	TEXT
	limited env -u VRAMTRACK_LIB_DIR PKG_CONFIG_PATH="$work/pc" \
		cargo run --offline --locked -q --example device_buffer
	ok 'PKG_CONFIG_PATH leads to the library' $?
else
	skip 'PKG_CONFIG_PATH leads to the library' 'pkg-config is not installed'
fi

echo "1..$count"
exit $failed
