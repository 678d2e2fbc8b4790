#!/usr/bin/env bash
# How much more of the stack a call needs with the shim than without: 4 KiB for the
# first call of a process and 2 KiB for later ones, whatever it comes to. What a program
# needs alone and that much is enough. With a driver that needs next to nothing.
. "$(dirname "$0")/lib.sh"

# What the compiler adds for a sanitizer, for coverage or without optimization is not counted.
if readelf -d "$VRAMTRACK_PRELOAD" | grep -q 'NEEDED.*libubsan' ||
	nm "$VRAMTRACK_PRELOAD" 2>/dev/null | grep -q __gcov_; then
	skip_all 'the shim is built with a sanitizer or for coverage'
fi
if readelf -wi "$VRAMTRACK_PRELOAD" 2>/dev/null | grep -m 1 'DW_AT_producer.*: GNU [CG]' |
	grep -vq -- ' -O[123s]'; then
	skip_all 'the shim is built without optimization'
fi

# path | bytes more that it may need | option
while IFS='|' read -r path most option; do
	scene "$path${option:+, $option}"
	library_path=$libraries/hooked_driver
	native little_stack bytes "$path"
	is 'the program works alone' $status 0
	alone=$(cat out)
	VRAMTRACK_OPTIONS=output=rec${option:+:$option} preloaded little_stack bytes "$path"
	is 'status is 0' $status 0
	more=$(($(cat out) - alone))
	echo "# $title: $alone bytes alone, $more more with the shim"
	if [ "$more" -le "$most" ]; then passed "at most $most bytes more"; else
		failed "at most $most bytes more" <<<"$more"
	fi
	[[ $path != *odd_frame ]] || # by libunwind, from our stack to the program's
		holds 'the stack is whole' 'any(found.stack; [.[].function] | contains(["oddly", "odd"]))'
done <<'TABLE'
first_allocation|4096
first_free|4096
first_bad_free|4096
first_refusal|4096
first_deep|4096
first_odd_frame|4096
first_in_thread|4096
first_in_handler|4096
first_in_child|4096
same_allocation|2048
same_free|2048
new_stack|2048
labelled|2048
new_library|2048
odd_frame|2048
bad_free|2048
same_address_free|2048
refusal|2048
refusal|2048|oom=report
refusal|2048|fail=2
same_allocation|2048|free_stacks=0
same_allocation|2048|limit=1G
growth|2048
nested|2048
new_thread|2048
handler|2048
dlsym|2048
dlclose|2048
exec|2048
TABLE

# The first calls of a process, on 16 KiB less what libc keeps there, and on 8 KiB less
# the kernel's frame.
for place in thread handler coroutine; do
	scene "a $place with a stack as small as can be"
	library_path=$libraries/hooked_driver
	native little_stack fits $place
	is 'the program works alone' $status 0
	preloaded little_stack fits $place
	is 'status is 0' $status 0
	holds 'one leak and one bad free are told' 'bytes("leak") == 512 and count("bad_free") == 1'
done

finish
