#!/usr/bin/env bash
# How long reports about the recordings of a whole job take, and how much memory.
#
# many_recordings.sh VRAMTRACK GENERATOR [RECORDINGS [SITES]]: 1000 recordings of 1000 call sites.
# GENERATOR is bench/many_recordings of a build tree (make bench/many_recordings).
set -eu
vramtrack=$(realpath "${1:?the path of the command}") generator=$(realpath "${2:?the path of bench/many_recordings}")
recordings=${3:-1000} sites=${4:-1000}
work=$(mktemp -d "${TMPDIR:-/tmp}/vramtrack-many.XXXXXX")
trap 'rm -rf "$work"' EXIT

mkdir "$work/before" "$work/after"
"$generator" "$work/before" "$recordings" "$sites"
"$generator" "$work/after" 10 "$sites"
echo "$recordings recordings of $sites call sites, $(du -sh "$work/before" | cut -f1), $(nproc) processors"

measure() { # title arguments...
	local title=$1 start end status=0
	shift
	start=$(date +%s%N)
	(
		ulimit -n 64
		"$vramtrack" "$@" >"$work/out" 2>"$work/err" &
		echo $! >"$work/pid"
		while kill -0 "$(cat "$work/pid")" 2>/dev/null; do
			grep VmHWM "/proc/$(cat "$work/pid")/status" 2>/dev/null
			sleep 0.05
		done >"$work/memory"
		wait "$(cat "$work/pid")"
	) || status=$?
	end=$(date +%s%N)
	printf '%-40s %6d ms  %6d MiB at most  %8d bytes written, status %d\n' "$title" \
		$(((end - start) / 1000000)) \
		$(($(awk '{print $2}' "$work/memory" | sort -n | tail -n 1) / 1024)) \
		"$(stat -c %s "$work/out")" "$status"
}

measure 'report --merge' report --merge "$work/before"
measure 'report --merge --format=json' report --merge --format=json "$work/before"
measure 'report' report "$work/before"
data=$(dirname "$(realpath "$0")")/../data
export VRAMTRACK_SUPPRESSIONS_FOLDER=${VRAMTRACK_SUPPRESSIONS_FOLDER:-$data/suppressions}
export VRAMTRACK_FRAMES_FOLDER=${VRAMTRACK_FRAMES_FOLDER:-$data/frames}
measure 'gate' gate "$work/before"
measure 'diff with a run of 10' diff "$work/before" "$work/after"
measure 'diff with itself' diff "$work/before" "$work/before"
# a document of some gigabytes
measure 'report --format=json' report --format=json "$work/before"
