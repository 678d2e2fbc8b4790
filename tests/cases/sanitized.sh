# shellcheck shell=bash disable=SC2034,SC2154
# The end-to-end tests in a build with a sanitizer: its runtime comes first in LD_PRELOAD, and
# what it reports, in whatever process of the test, is a failed check. lib.sh reads this file.
#
# The runtime is the one that the shim itself is linked with. In an ordinary build all of this
# does nothing.

sanitizer_runtime=$(ldd "$VRAMTRACK_PRELOAD" 2>/dev/null |
	sed -n 's/^.*lib[at]san\.so[^ ]* => \(\/[^ ]*\) .*/\1/p' | head -n 1)
if [ -z "$sanitizer_runtime" ] && readelf -d "$VRAMTRACK_PRELOAD" 2>/dev/null | grep -q 'NEEDED.*lib[at]san'; then
	skip_all 'the shim is built with a sanitizer whose runtime is not here'
fi

# preloads LIBRARY...: a text for LD_PRELOAD, nothing for nothing
preloads() {
	local library text=$sanitizer_runtime
	for library; do text+=${library:+${text:+:}$library}; done
	echo "$text"
}

# What is a report goes to files, where no check of the program's own output meets it. Signals stay
# the program's: an ending by SIGSEGV is one that is tested. The recorder has no memory of malloc's
# that could leak, and of what programs and the simulated device keep until the end nobody asks.
# AddressSanitizer's signal stack, which it has no use for then, it would give back from a thread that
# ended inside a callback, over what it left marked of the frames that never returned.
sanitizer_begin() {
	local common=$work/sanitizer/report wrapper=$work/sanitizer/vramtrack
	[ -n "$sanitizer_runtime" ] || return 0
	mkdir "$work/sanitizer" || exit 99
	common=log_path=$common:handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0
	export ASAN_OPTIONS=$common:detect_leaks=0:use_sigaltstack=0 UBSAN_OPTIONS=$common:print_stacktrace=1
	export TSAN_OPTIONS=$common:die_after_fork=0
	printf '#!/bin/sh\nLD_PRELOAD=%s${LD_PRELOAD:+:$LD_PRELOAD} exec %s "$@"\n' \
		"$sanitizer_runtime" "$(realpath "$VRAMTRACK")" >"$wrapper"
	chmod +x "$wrapper"
	VRAMTRACK=$wrapper
}

# Undefined behaviour is said on standard error, whatever log_path is.
sanitizer_look() {
	[ -z "$sanitizer_runtime" ] || grep -as 'runtime error: ' err >>"$work/sanitizer/report.undefined"
}

sanitizer_end() {
	local reports
	[ -n "$sanitizer_runtime" ] || return 0
	title='the sanitizer'
	# It also says there that it is in doubt about swapcontext: no report.
	mapfile -t reports < <(grep -slE '(ERROR|WARNING|FATAL): [A-Za-z]*Sanitizer|DEADLYSIGNAL|runtime error: ' \
		"$work"/sanitizer/report.*)
	if [ ${#reports[@]} = 0 ]; then passed 'it reports nothing'; else
		failed "it reports nothing (${#reports[@]} processes)" < <(head -n 60 "${reports[@]}")
	fi
}
