#!/usr/bin/env bash
# For tests in which programs of others read what is written; sourced, with $work set.
: "${work:?a folder}"
number=0 failures=0

result() { # status, text; what was seen is in $work/seen
	number=$((number + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $number - $2"
	else
		echo "not ok $number - $2"
		head -n 20 "$work/seen" | cut -c 1-300 | sed 's/^/#   /'
		failures=$((failures + 1))
	fi
}

# check TEXT TOOL COMMAND...: the command succeeds; skipped where the tool is missing
check() {
	local text=$1 tool=$2
	shift 2
	if ! command -v "$tool" >/dev/null; then
		number=$((number + 1))
		echo "ok $number - $text # SKIP $tool is not installed"
		return
	fi
	"$@" >"$work/seen" 2>&1
	result $? "$text"
}
