# shellcheck shell=bash disable=SC2034,SC2154 # lib.sh sets what this reads; what this sets others read
# What families.sh and two_devices.sh share, after lib.sh and with $budget and $step:
# programs in two versions, tracked by both sources, and the table of what they leak.
at_once=6  # programs beside one another
[ -z "$simulate" ] || at_once=2

# tracked [OPTION...] -- PROGRAM...: the report in report.json
tracked() {
	rm -rf rec report.json
	limited "${seconds:-$step}" "$vramtrack" run -o rec --format=json --report-file=report.json "$@"
	mv out tracked.out && mv err tracked.err
	[ -s report.json ] || echo '{"processes":[]}' >report.json
}

facts() { python3 "$here/family_facts.py" "$@" 2>facts.err || cat facts.err; }

# What a report must say of a program whose output is native.out: nothing more, nothing less.
found_as_stated() {
	local differences
	same "$title: same output" tracked.out native.out
	differences=$(facts findings report.json native.out)
	if [ -z "$differences" ]; then pass "$title: found as stated"; else
		fail "$title: found as stated" <<<"$differences"
	fi
}

# ---- one program for each family -------------------------------------------------------
# The number of compute-sanitizer, whatever it is.
sanitizer() {
	local seen
	if [ -n "$simulate" ] || ! command -v compute-sanitizer >/dev/null; then echo -; return; fi
	limited "$step" compute-sanitizer --tool memcheck --leak-check full "$@"
	mv out sanitizer.log
	seen=$(sed -nE 's/.*LEAK SUMMARY: ([0-9]+) bytes leaked.*/\1/p' sanitizer.log)
	if [ -n "$seen" ]; then awk '{ sum += $1 } END { print sum }' <<<"$seen"; else
		echo "none (status $status)"
	fi
}

family() { # PROGRAM CASE VERSION
	local differences
	title="$2, $3"
	native "$step" "$@"
	if [ "$status" -eq 77 ]; then skip "$title" "$(tail -n 1 native.out)"; return; fi
	check "$title: status alone" "$status" 0
	if [ "$status" -ne 0 ]; then note "$(tail -n 2 native.err | tr '\n' ' ')"; return; fi
	tracked --verify -- "$@"
	check "$title: status tracked" "$status" 0
	[ "$status" -eq 0 ] || note "$(tail -n 2 tracked.err | tr '\n' ' ')"
	found_as_stated
	differences=$(facts verify report.json)
	if [ "$differences" = agree ]; then pass "$title: preload and CUPTI agree"; else
		fail "$title: preload and CUPTI agree" <<<"$differences"
	fi
	[ "$3" = leak ] || return 0
	read -r planted ours cupti < <(facts numbers report.json native.out)
	printf '%s\t%s\t%s\t%s\t%s\n' "$2" "$planted" "$ours" "$cupti" "$(sanitizer "$@")" >row.tsv
}

sums() { python3 "$here/report_facts.py" report.json "$@"; }

start() { # NAME FUNCTION ARGUMENT...: beside the others, when there is room
	while [ "$(jobs -pr | grep -vcx "${warm:-0}")" -ge "$at_once" ]; do sleep 0.05; done
	job "$@" &
}

table() {
	{
		printf 'family\tplanted\tvramtrack\tcupti\tcompute-sanitizer\n'
		cat "$logs"/*.leak/row.tsv 2>/dev/null
	} >"$logs/families.tsv"
	sed 's/^/# /' "$logs/families.tsv"
}

programs=$logs/programs
