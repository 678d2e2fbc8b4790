#!/usr/bin/env bash
# Compares a device with the real one: answers.tsv says what that answered, differences.tsv where
# the simulated device deliberately differs. Prints TAP.
#   run.sh           the simulated device; part of `make check`
#   run.sh --gpu     the device of this machine, which must agree with answers.tsv in every row
#   run.sh --record  prints answers.tsv anew, as the device of this machine answers
# With a device of this machine the probe is built here; it needs a C compiler and a CUDA toolkit
# (CUDA_HOME), nothing of ours.
set -u
here=$(cd "$(dirname "$0")" && pwd) || exit 99
export LC_ALL=C
unset LD_PRELOAD VRAMTRACK_OPTIONS VRAMTRACK_SIMULATE
work=$(mktemp -d "${TMPDIR:-/tmp}/vramtrack-conformance.XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT

fail() { echo "run.sh: $1" >&2; exit 99; }

build() {
	local cuda=${CUDA_HOME:-/usr/local/cuda} stubs
	[ -r "$cuda/include/cuda.h" ] || fail "no CUDA toolkit in $cuda: set CUDA_HOME"
	stubs=$cuda/lib64/stubs
	"${CC:-gcc}" -std=gnu11 -O1 -Wall -I"$cuda/include" -o "$work/probe" "$here"/*.c \
		-L"$cuda/lib64" -L"$stubs" -Wl,-rpath,"$cuda/lib64" -lcudart -lcuda -lpthread ||
		fail 'the probe cannot be built'
	probe=$work/probe
}

# Which device answers: the first lines of answers.tsv.
header() {
	local cuda=${CUDA_HOME:-/usr/local/cuda}
	echo '# What a real device answers to the questions of the probe: id TAB what TAB value.'
	echo '# Made by: tests/conformance/run.sh --record'
	echo "# device: $(nvidia-smi --query-gpu=name --format=csv,noheader | head -n 1)"
	echo "# driver: $(nvidia-smi --query-gpu=driver_version --format=csv,noheader | head -n 1)"
	echo "# toolkit: $("$cuda/bin/nvcc" --version | sed -n 's/.*release \([0-9.]*\).*/\1/p')"
	echo "# date: $(date -u +%F)"
}

compare() { awk -f "$here/compare.awk" "$@" "$here/answers.tsv" "$here/differences.tsv" "$work/seen"; }

case ${1-} in
'')
	: "${SIMULATE_DIR:?folder of the simulated device}" "${CONFORMANCE_PROBE:?the built probe}"
	LD_LIBRARY_PATH=$SIMULATE_DIR "$CONFORMANCE_PROBE" >"$work/seen" || fail 'the probe failed'
	compare
	;;
--gpu)
	build
	"$probe" >"$work/seen" || fail 'the probe failed'
	compare -v strict=1
	;;
--record)
	build
	"$probe" >"$work/seen" || fail 'the probe failed'
	header
	cat "$work/seen"
	;;
*)
	fail "unknown argument $1"
	;;
esac
