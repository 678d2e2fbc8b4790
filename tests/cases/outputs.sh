#!/usr/bin/env bash
# Every output of every command × everything that keeps it from being written: the command says
# the system's reason in one line, exits with 5, leaves no file beside, and harms no old one.
. "$(dirname "$0")/lib.sh"

: "${VRAMTRACK_SUPPRESSIONS_FOLDER:?folder of the rules that come with vramtrack}"

scene 'recordings'
tracked findings clean
is 'there is one' "$(recordings)" 1
recordings=$PWD/rec room=$work/room
limited "$VRAMTRACK" run --simulate -o leaky -- "$HAZARDS/findings" leaks
leaky=$PWD/leaky
# What is there before: a baseline, since one that is no baseline is refused.
limited "$VRAMTRACK" gate --baseline old --update-baseline leaky
export OLD=$PWD/old
is 'there is an old file' "$(test -s old; echo $?)" 0

# Words that name a file: TARGET. In the first column, what it cannot be tried with.
rows_of_files='
|report -o TARGET REC
|report --format=json -o TARGET REC
|report --merge --format=json -o TARGET REC
|diff -o TARGET REC REC
|diff --format=json -o TARGET REC REC
|gate --report text=TARGET REC
|gate --report json=TARGET REC
|gate --report markdown=TARGET REC
|gate --report junit=TARGET REC
|gate --report sarif=TARGET REC
|gate --report github=TARGET REC
|gate --report gitlab=TARGET REC
device|gate --baseline TARGET --update-baseline REC
limit|gate --simulate --report json=TARGET -o RUNS -- PROGRAM clean
limit|run --simulate --report-file=TARGET -o RUNS -- PROGRAM clean
limit|run --simulate --format=json --report-file=TARGET -o RUNS -- PROGRAM clean
'
rows_of_streams='
5|report REC
5|report --format=json REC
5|diff REC REC
5|diff --format=json REC REC
5|gate --report json=- REC
1|gate --print-suppressions --no-default-suppressions LEAKY
'

if unshare -m true 2>/dev/null; then apart=(unshare -m); else apart=(unshare -rm); fi
"${apart[@]}" true 2>/dev/null || apart=()

# attempt HINDRANCE TARGET WORDS...: runs the command with it, in the folder $room
attempt() {
	local hindrance=$1 target=$2 arguments=() word
	shift 2
	for word in "$@"; do
		word=${word/TARGET/$target} word=${word/REC/$recordings} word=${word/RUNS/$work/runs}
		arguments+=("${word/PROGRAM/$HAZARDS/findings}")
	done
	case $hindrance in
	limit) limited bash -c 'cd "$0" && (ulimit -f 0; exec "$@") 2>&1 | cat >&2; exit ${PIPESTATUS[0]}' \
		"$room" "$VRAMTRACK" "${arguments[@]}" ;;
	space)
		limited "${apart[@]}" bash -c '
			mount -t tmpfs -o size=16k,nr_inodes=64 none "$0" && cd "$0" || exit 99
			cp "$OLD" old
			head -c 100000 /dev/zero >filler 2>/dev/null
			"$@"
			status=$?
			find . -type f ! -name old ! -name filler >&2
			cmp -s old "$OLD" || echo "the old file is harmed" >&2
			exit $status' "$room" "$VRAMTRACK" "${arguments[@]}" ;;
	read)
		limited "${apart[@]}" bash -c '
			mount -t tmpfs -o size=64k none "$0" && cd "$0" || exit 99
			cp "$OLD" old
			mount -o remount,ro none "$0" && exec "$@"' "$room" "$VRAMTRACK" "${arguments[@]}" ;;
	*) limited bash -c 'cd "$0" && exec "$@"' "$room" "$VRAMTRACK" "${arguments[@]}" ;;
	esac
}

# judge WHAT REASON [STATUS]
judge() {
	local seen='' there
	there=$(find "$room" -type f -printf '%P ')
	[ "$status" = "${3:-5}" ] || seen+="status $status; "
	[ "$(grep -c -- "cannot .*: .*$2" err)" = 1 ] || seen+="not one line with '$2'; "
	[ "$(grep -c 'cannot write' err)" -le 1 ] || seen+='said twice; '
	[ "$there" = 'old ' ] || seen+="files: $there; "
	cmp -s "$room/old" "$OLD" || seen+='the old file is harmed; '
	if grep -qE '^(the old file is harmed|\./.*)$' err; then seen+='harm in the full folder; '; fi
	is "$1" "$seen" ''
}

# hindrance, target, reason
while IFS='|' read -r hindrance target reason; do
	scene "$hindrance, $target"
	rm -rf "$room" && mkdir "$room" && cp "$OLD" "$room/old"
	while IFS='|' read -r without row; do
		if [ -z "$row" ] || [ "$without" = "$hindrance" ]; then continue; fi
		if [ "${#apart[@]}" = 0 ] && [[ $hindrance =~ ^(space|read)$ ]]; then
			skip "$row" 'no mount namespace can be made here'
			continue
		fi
		read -ra list <<<"$row"
		attempt "$hindrance" "$target" "${list[@]}"
		judge "$row" "$reason"
	done <<<"$rows_of_files"
done <<'TABLE'
device|/dev/full|No space left on device
limit|old|File too large
limit|new|File too large
space|old|No space left on device
space|new|No space left on device
folder|missing/new|No such file or directory
read|old|Read-only file system
read|new|Read-only file system
TABLE

# lost WHERE WORDS...: the command's standard output, or its standard error (2), is a pipe without
# a reader, a full device or closed, or the pipe and SIGPIPE is ignored: its status in each
lost() {
	local into=$1
	shift
	# shellcheck disable=SC2016 # it is the other shell's
	limited bash -c '
		into=$1
		shift
		status_of() {
			case $1$into in
			pipe1) { sleep 0.1; "${@:2}" 2>>err.of; echo $? >&3; } 3>status.of | true ;;
			pipe2) { { sleep 0.1; "${@:2}" >/dev/null; echo $? >&3; } 3>status.of 2>&1 >&4 | true; } 4>/dev/null ;;
			full1) "${@:2}" 2>>err.of >/dev/full; echo $? >status.of ;;
			full2) "${@:2}" 2>/dev/full >/dev/null; echo $? >status.of ;;
			closed1) "${@:2}" 2>>err.of >&-; echo $? >status.of ;;
			closed2) "${@:2}" 2>&- >/dev/null; echo $? >status.of ;;
			esac
			cat status.of
		}
		for way in pipe full closed; do
			echo "$way $(status_of "$way" "$@")"
		done
		trap "" PIPE
		echo "ignored $(status_of pipe "$@")"' sh "$into" "$VRAMTRACK" "$@"
}

# What could not be written is nowhere green: 5, unless there is worse to tell; 141 is the signal.
scene 'a stream that nobody reads'
green=$recordings
while IFS='|' read -r into wanted row; do
	[ -n "$row" ] || continue
	row=${row//REC/$green} row=${row//PROGRAM/$HAZARDS/findings}
	read -ra list <<<"${row//RUNS/$PWD/runs}"
	lost "$into" "${list[@]}"
	is "${list[*]:0:4}, stream $into" "$(tr '\n' ' ' <out)" "$wanted "
done <<'TABLE'
1|pipe 5 full 5 closed 5 ignored 5|gate --report text=- REC
1|pipe 5 full 5 closed 5 ignored 5|gate --report json=- REC
1|pipe 5 full 5 closed 5 ignored 5|gate --report markdown=- REC
1|pipe 5 full 5 closed 5 ignored 5|gate --report junit=- REC
1|pipe 5 full 5 closed 5 ignored 5|gate --report sarif=- REC
1|pipe 5 full 5 closed 5 ignored 5|gate --report github=- REC
1|pipe 5 full 5 closed 5 ignored 5|gate --report gitlab=- REC
1|pipe 5 full 5 closed 5 ignored 5|gate --simulate --report json=- -o RUNS -- PROGRAM clean
2|pipe 5 full 5 closed 5 ignored 5|gate REC
2|pipe 5 full 5 closed 5 ignored 5|gate --report text=- REC
2|pipe 5 full 5 closed 5 ignored 5|gate --report json=- REC
2|pipe 5 full 5 closed 5 ignored 5|gate --simulate -o RUNS -- PROGRAM clean
2|pipe 5 full 5 closed 5 ignored 5|run --simulate --format=json -o RUNS -- PROGRAM clean
2|pipe 0 full 0 closed 0 ignored 0|run --simulate -o RUNS -- PROGRAM clean
1|pipe 141 full 5 closed 5 ignored 141|report REC
1|pipe 141 full 5 closed 5 ignored 141|report --format=json REC
1|pipe 141 full 5 closed 5 ignored 141|report --merge --format=json REC
1|pipe 141 full 5 closed 5 ignored 141|diff REC REC
1|pipe 141 full 5 closed 5 ignored 141|diff --format=json REC REC
1|pipe 141 full 5 closed 5 ignored 141|report --format=csv REC
1|pipe 141 full 5 closed 5 ignored 141|report --format=speedscope REC
1|pipe 141 full 5 closed 5 ignored 141|report --format=perfetto REC
1|pipe 141 full 5 closed 5 ignored 141|report --format=openmetrics REC
1|pipe 141 full 5 closed 5 ignored 141|report --format=pprof REC
1|pipe 5 full 5 closed 5 ignored 5|help gate
1|pipe 5 full 5 closed 5 ignored 5|doctor --simulate
1|pipe 5 full 5 closed 5 ignored 5|doctor --simulate --format=json
TABLE

scene 'standard output'
rm -rf "$room" && mkdir "$room" && cp "$OLD" "$room/old"
while IFS='|' read -r wanted row; do
	[ -n "$row" ] || continue
	row=${row//REC/$recordings}
	read -ra list <<<"${row/LEAKY/$leaky}"
	limited bash -c '"$@" >/dev/full' sh "$VRAMTRACK" "${list[@]}"
	judge "${list[*]:0:3}, full" 'No space left on device' "$wanted"
	limited bash -c '(ulimit -f 0; exec "$@" >file) 2>&1 | cat >&2; exit ${PIPESTATUS[0]}' \
		sh "$VRAMTRACK" "${list[@]}"
	judge "${list[*]:0:3}, limit" 'File too large' "$wanted"
	limited bash -c '{ sleep 0.1; "$@"; } | true' sh "$VRAMTRACK" "${list[@]}"
	silent_about "${list[*]:0:3}, a reader that went away is named or not told" err 'Input/output|cannot ([^:]|:[^ ])*: [^B]'
done <<<"$rows_of_streams"

finish
