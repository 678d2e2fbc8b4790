#!/usr/bin/env bash
# What a recorded pair of allocation and free takes of the shim, over a driver that does nothing:
# instructions, and the distinct lines of 64 bytes that it touches, which are what it costs after a
# driver's own work has made the caches cold (lackey; of a pair in which no tick of the clock falls, of
# which there are more where the machine is busy). No more than the limits below, which are what was
# measured and less than 3 % more; of lines two more. A change that needs more says why, and sets
# them; one that needs less sets them, too.
. "$(dirname "$0")/lib.sh"

# pair | instructions at most, lines of code, of data, of the stack
limits='
pool   764 51 48 23
linear 887 67 54 27
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

# What tests/touched_lines.awk says of the pairs of one process.
touched() { # kind
	local base first text bytes

	LD_PRELOAD=$VRAMTRACK_PRELOAD LD_LIBRARY_PATH=$libraries/null_driver \
		VRAMTRACK_OPTIONS=output=rec:report=0 \
		valgrind --tool=lackey --trace-mem=yes --log-file=trace "$HAZARDS/pairs" 40 "$1" where >out 2>err
	read -r base first <out
	read -r text bytes < <(readelf -SW "$VRAMTRACK_PRELOAD" |
		sed -n 's/.* \.text  *PROGBITS  *\([0-9a-f]*\) [0-9a-f]* \([0-9a-f]*\) .*/\1 \2/p')
	text=$((0x$base + 0x$text))
	awk -v first="$first" -v text="$(printf %x "$text")" \
		-v text_end="$(printf %x $((text + 0x$bytes)))" \
		-f "$sources/../touched_lines.awk" trace
	rm -f trace
}

within() { # what measured least most
	if [ "${2:-0}" -ge "$3" ] && [ "${2:-0}" -le "$4" ]; then passed "takes at most $4 $1"; else
		failed "takes at most $4 $1" <<<"${2:-nothing was measured}"
	fi
}

while read -r kind most code_most data_most stack_most; do
	[ -n "$kind" ] || continue
	scene "a $kind pair"
	read -r each code jumps data stack < <(touched "$kind")
	echo "# $title: $each instructions, lines: $code of code ($jumps jumps), $data of data," \
		"$stack of the stack"
	within instructions "$each" 100 "$most"
	within 'lines of code' "$code" 10 "$code_most"
	within 'lines of data' "$data" 10 "$data_most"
	within 'lines of the stack' "$stack" 5 "$stack_most"
done <<<"$limits"

finish
