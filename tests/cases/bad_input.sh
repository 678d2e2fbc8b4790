#!/usr/bin/env bash
# Input that is wrong: one clear line, the documented code, and the program
# itself still runs.
. "$(dirname "$0")/lib.sh"

one_line() { is "$1" "$(grep -c '^vramtrack' err)" 1; }

# What is no program: exit code, then the arguments of run.
scene 'programs that cannot be run'
mkdir folder && printf '\177ELF nonsense' >garbage && chmod +x garbage && : >plain
while read -r code name; do
	limited "$VRAMTRACK" run -o rec -- "$name" </dev/null
	is "$name gives $code" $status "$code"
	one_line "$name gives one line"
	says "which names it" err "^vramtrack: .*$(basename "$name")"
done <<'TABLE'
127 no_such_program
127 ./no_such_program
127 /no/such/folder/program
126 ./folder
126 ./plain
126 ./garbage
TABLE

scene 'command lines that are wrong'
while read -r arguments; do
	# shellcheck disable=SC2086
	limited "$VRAMTRACK" $arguments </dev/null
	is "$arguments: code 2" $status 2
	says "$arguments: says why" err '^vramtrack'
done <<'TABLE'
run
run --no-such-option -- /bin/true
run --error-exitcode=0 -- /bin/true
run --error-exitcode=256 -- /bin/true
run --error-exitcode=many -- /bin/true
run --format=no_such -- /bin/true
run --option depth=0 -- /bin/true
run --option no_such=1 -- /bin/true
report
report --format=no_such file
no_such_command
TABLE

# The command's own environment is checked as its options are.
for options in no_such_key=1 depth=0 depth fail=never growth=every:x; do
	scene "VRAMTRACK_OPTIONS=$options of the command"
	VRAMTRACK_OPTIONS=free_stacks=0:$options limited "$VRAMTRACK" run -- /bin/echo ran
	is 'code 2' $status 2
	says 'names what is wrong' err "^vramtrack run: VRAMTRACK_OPTIONS .*${options%%=*}"
	is 'nothing ran' "$(cat out)" ''
done

# Options of the shim: said once, and the program runs as alone.
while read -r options; do
	scene "VRAMTRACK_OPTIONS=$options"
	VRAMTRACK_OPTIONS=$options:output=rec preloaded findings leaks_and_fails
	is 'the program runs' $status 7
	is 'one line, before the report' "$(grep -c '^vramtrack: VRAMTRACK_OPTIONS: ' err)" 1
	says 'which names what is wrong' err "^vramtrack: VRAMTRACK_OPTIONS: .*${options%%=*}"
	holds 'the recording is whole' 'bytes("leak") == 3 * MiB'
done <<'TABLE'
no_such_key=1
depth=0
depth=257
depth=many
depth=
report=2
free_stacks=yes
keep
TABLE

scene 'options of the simulated device'
export VRAMTRACK_SIMULATE=memory=nonsense:no_such=1
tracked findings clean
unset VRAMTRACK_SIMULATE
is 'they are refused' $status 2
says 'the value is named' err 'nonsense'
export VRAMTRACK_SIMULATE=no_such=1
tracked findings clean
unset VRAMTRACK_SIMULATE
is 'a key that there is not is refused' $status 2
says 'the key is named' err 'no_such'

# A good recording, to spoil.
scene 'recordings that cannot be read'
tracked findings leaks
good=$(echo rec/*.vramtrack)
spoil() { # NAME OFFSET BYTES-FOR-PRINTF: a copy of the good recording with bytes changed
	# shellcheck disable=SC2059
	cp "$good" "$1" && printf "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}
: >empty.vramtrack
head -c 7 "$good" >tiny.vramtrack
head -c 8000 "$good" >half_header.vramtrack
head -c 16384 "$good" >header_only.vramtrack
head -c 100000 /dev/urandom >random.vramtrack
spoil magic.vramtrack 0 'X'
spoil version.vramtrack 8 '\377\377\000\000'
spoil byte_order.vramtrack 12 '\001\002\003\004'
spoil segments.vramtrack 20 '\377\377\377\377'
for name in empty tiny half_header header_only random magic version byte_order segments; do
	limited "$VRAMTRACK" report "$name.vramtrack"
	is "$name: code 4" $status 4
	is "$name: one line" "$(grep -c "^vramtrack: .*$name.vramtrack" err)" 1
done
says 'it says what to do about another version' <(
	"$VRAMTRACK" report version.vramtrack 2>&1) version
for path in no_such.vramtrack /dev/null /dev/zero /proc/self/mem; do
	seconds=10 limited "$VRAMTRACK" report "$path"
	is "$path: code 4" $status 4
done
limited "$VRAMTRACK" report rec/../folder_without
is 'a folder that is missing: code 4' $status 4
mkdir folder
limited "$VRAMTRACK" report folder
is 'a folder without recordings: code 4' $status 4

scene 'good recordings beside bad ones'
tracked findings leaks
good=$(echo rec/*.vramtrack)
: >empty.vramtrack
limited "$VRAMTRACK" report --format=json empty.vramtrack "$good"
is 'code 4' $status 4
is 'the good one is reported on' "$(jq '.processes | length' out)" 1

# Every word of the header in turn set to ones: refused or read, never a crash.
scene 'absurd numbers in the header'
tracked findings double_free
good=$(echo rec/*.vramtrack)
crashes=0 tried=0
while read -r offset; do
	tried=$((tried + 1))
	cp "$good" spoiled.vramtrack
	printf '\377\377\377\377\377\377\377\377' |
		dd of=spoiled.vramtrack bs=1 seek="$offset" conv=notrunc status=none
	timeout 10 "$VRAMTRACK" report --format=json spoiled.vramtrack >spoiled.out 2>spoiled.err
	code=$?
	[ $code -eq 0 ] || [ $code -eq 4 ] && continue
	crashes=$((crashes + 1))
	echo "# header offset $offset: code $code"
done < <(head -c 16384 "$good" | od -A d -v -t u8 -w8 | awk '$2 != 0 {print $1 + 0}')
is "no crash ($tried words tried)" $crashes 0

# The same over the records, sixteen words at a time.
scene 'absurd numbers in the records'
tracked findings double_free
good=$(echo rec/*.vramtrack)
crashes=0 tried=0
while read -r offset; do
	tried=$((tried + 1))
	cp "$good" spoiled.vramtrack
	printf '\377%.0s' $(seq 128) |
		dd of=spoiled.vramtrack bs=1 seek="$offset" conv=notrunc status=none
	timeout 10 "$VRAMTRACK" report --format=json spoiled.vramtrack >spoiled.out 2>spoiled.err
	code=$?
	[ $code -eq 0 ] || [ $code -eq 4 ] && continue
	crashes=$((crashes + 1))
	echo "# file offset $offset: code $code"
done < <(od -A d -v -t u8 -w128 "$good" |
	awk '$1 >= 16384 && NF > 1 {for (i = 2; i <= NF; i++) if ($i != 0) {print $1 + 0; break}}' |
	head -n 300)
is "no crash ($tried places tried)" $crashes 0

scene 'a report that cannot be written'
tracked findings leaks
limited "$VRAMTRACK" report --output /dev/full rec/*.vramtrack
is 'code 5' $status 5
one_line 'one line'
limited sh -c '"$1" report "$2" >/dev/full' sh "$VRAMTRACK" "$(echo rec/*.vramtrack)"
is 'code 5 for standard output too' $status 5

scene 'names with odd bytes'
odd=$'./le\xff\x1b[2J\\it\'s'
cp "$HAZARDS/findings" "$odd"
tracked "$odd" leaks
is 'status is 0' $status 0
line=$(sed -n 's/^process .*, simulated device: //p' err)
is 'are printed so that a shell takes them' "$(eval "printf '%s|' $line")" "$odd|leaks|"
silent_about 'and move no cursor' err $'\x1b'

finish
