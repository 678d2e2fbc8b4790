#!/usr/bin/env bash
# How many instructions a recorded pair of allocation and free takes, over a driver that does
# nothing: no more than the limits below, which are what was measured and less than 3 % more. A change
# that needs more says why, and sets them; one that needs less sets them, too.
. "$(dirname "$0")/lib.sh"

# pair | at most
limits='
pool   1130
linear 1210
'

command -v valgrind >/dev/null || skip_all 'valgrind is not installed (package valgrind)'
# Another compiler comes to other numbers, and so does what it adds for other builds.
built=$(readelf -p .comment "$VRAMTRACK_PRELOAD" 2>/dev/null)
[[ $(uname -m) == x86_64 && $built == *GCC:*' 12.'* ]] || skip_all 'the limits are of gcc 12 for x86-64'
if readelf -d "$VRAMTRACK_PRELOAD" | grep -q 'NEEDED.*lib[aut]*san' ||
	nm "$VRAMTRACK_PRELOAD" 2>/dev/null | grep -q __gcov_; then
	skip_all 'the shim is built with a sanitizer or for coverage'
fi
if readelf -wi "$VRAMTRACK_PRELOAD" 2>/dev/null | grep -m 1 'DW_AT_producer.*: GNU [CG]' |
	grep -vq -- ' -O2'; then
	skip_all 'the limits are of -O2'
fi

# Those of a whole process, so many pairs in it.
instructions() { # pairs kind
	LD_PRELOAD=$VRAMTRACK_PRELOAD LD_LIBRARY_PATH=$libraries/null_driver \
		VRAMTRACK_OPTIONS=output=rec:report=0 \
		valgrind --tool=callgrind --callgrind-out-file=/dev/null "$HAZARDS/pairs" "$@" 2>&1 |
		sed -n 's/.*Collected : \([0-9]*\).*/\1/p'
}

while read -r kind most; do
	[ -n "$kind" ] || continue
	scene "a $kind pair"
	few=$(instructions 1000 "$kind") many=$(instructions 3000 "$kind")
	each=$(((${many:-0} - ${few:-0}) / 2000))
	echo "# $title: $each instructions"
	if [ "$each" -gt 100 ] && [ "$each" -le "$most" ]; then passed "takes at most $most instructions"; else
		failed "takes at most $most instructions" <<<"$each"
	fi
done <<<"$limits"

finish
