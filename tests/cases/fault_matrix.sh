#!/usr/bin/env bash
# The fault matrix: each death of a process under each circumstance, alone and under the gate.
# On the counting driver of tests/hazards; tests/gpu/fault_matrix.sh runs it on a real one.
# A cell is ok if the program's output, status and standard error are what they are alone; every
# call is recorded, or counted as lost, or the recording is missing and that is said; and the
# gate is green only where everything was recorded and the end was watched.
. "$(dirname "$0")/lib.sh"

deaths=(return _exit quick_exit abort terminate segv kill exec)
# shellcheck disable=SC2206
circumstances=(${FAULT_CIRCUMSTANCES-plain threads fork full_disk file_limit no_descriptors small_stack jump handler
	thread_end shortened})

# A disk of 256 KiB at `rec`, whose recordings are kept in `kept`.
on_small_disk() {
	exec unshare -Urm sh -c 'mount -t tmpfs -o size=256k none rec && mkdir kept && "$@"; s=$?
		cp rec/*.vramtrack kept/ 2>/dev/null; exit $s' sh "$@"
}

command_alone() { exec timeout -k 2 "$FAULT_SECONDS" "$FAULT_MATRIX" "$death" "$circumstance" counts; }
command_tracked() {
	exec timeout -k 2 "$FAULT_SECONDS" "$VRAMTRACK" gate -o rec -- "$FAULT_MATRIX" "$death" \
		"$circumstance" counts
}

# In a subshell, so that the shell's own words about a signal go nowhere.
run_cell() { # NAME COMMAND...: output in NAME.out, NAME.err; the status is printed
	local name=$1
	shift
	( ("$@") >"$name.out" 2>"$name.err" </dev/null; echo $?) 2>/dev/null
}

counted() { od -An -tu8 counts | tr -d ' '; }

# What the recordings of each cell say: recorded calls, losses of calls, processes.
facts='[.processes[] | {cell: (.recording | split("/")[0])} + .] | group_by(.cell)[] | {processes: .} |
	[.processes[0].cell,
	([.processes[].devices[].kinds[] | select(.bucket != "held") | .allocations + .frees] | add // 0),
	([.processes[].lost[] | .count] | add // 0), (.processes | length)] | @tsv'

# The gate's own answer is its last line; its status may be the program's.
judge_gate() { # COMPLETE
	local answer
	answer=$(tail -n 1 tracked.err)
	case $answer in
	'vramtrack gate: clean'*)
		[ "$tracked" = "$alone" ] || echo "status $tracked, alone $alone"
		[ "$1" = yes ] || echo 'GREEN BY MISTAKE'
		;;
	'vramtrack gate: not covered: '*)
		[ "$tracked" = "$alone" ] || [ "$alone.$tracked" = 0.3 ] || echo "status $tracked, alone $alone"
		[ "$1" = no ] || [[ $answer = *'nobody looked through'* ]] || echo 'not covered, for nothing'
		;;
	*) echo "status $tracked: $answer" ;;
	esac
}

judge_recordings() {
	local seen recorded lost processes complete=no
	seen=$(counted)
	read -r recorded lost processes <<<"${fact[$death.$circumstance]:-0 0 0}"
	if [ "$recorded" -eq "$seen" ] && [ "$lost" -eq 0 ]; then
		complete=yes
	elif grep -Eq 'this process is not recorded|its recording in .* was (emptied|shortened)' tracked.err; then
		[ "$recorded" -lt "$seen" ] || echo 'recorded, though it says that it is not'
	# a call that was left may be in the record too: it is a free
	elif [ "$recorded" -gt "$seen" ] || [ $((recorded + lost)) -lt "$seen" ]; then
		echo "of $seen calls $recorded recorded and $lost lost"
	fi
	[ "$processes" -gt 0 ] || [ $complete = no ] || echo 'no recording, and not a word of it'
	judge_gate $complete
}

# Of timeout(1) it is that a core was dumped.
other_words() { grep -v '^ *vramtrack\|^  \|^$\|^timeout:'; }

# The statuses, in cell.status, and the cell's words so far, in $cell.txt of the folder above.
do_cell() {
	death=$1 circumstance=$2
	mkdir "$death.$circumstance" && cd "$death.$circumstance" && mkdir rec || exit 99
	[ -z "$FAULT_DRIVER" ] || export LD_LIBRARY_PATH=$FAULT_DRIVER
	alone=$(run_cell alone command_alone)
	rm -f counts
	if [ "$alone" = 124 ]; then
		tracked=124
	elif [ "$circumstance" = full_disk ]; then
		tracked=$(run_cell tracked on_small_disk "$VRAMTRACK" gate -o rec -- \
			"$FAULT_MATRIX" "$death" full_disk counts)
		rmdir rec && mv kept rec
	else
		tracked=$(run_cell tracked command_tracked)
	fi
	{
		if [ "$alone" = 124 ]; then
			echo 'SKIP hangs alone'
		# a jump may leave a real driver's own locks held, now and then
		elif [ "$tracked" = 124 ] && [ "$real_driver.$circumstance" = yes.jump ]; then
			echo 'SKIP hangs, as it may alone'
		else
			cmp -s alone.out tracked.out || echo 'other output'
			cmp -s <(other_words <alone.err) <(other_words <tracked.err) ||
				echo 'other words on standard error'
			echo "$alone $tracked" >cell.status
		fi
	} >../"$death.$circumstance.txt" 2>&1
}

# One report of all recordings: its start takes longer than to read one more.
judge_cells() {
	local cell alone tracked death circumstance facts_of
	timeout 60 "$VRAMTRACK" report --format=json ./*/rec/*.vramtrack >report.json 2>report.err
	while IFS=$'\t' read -r cell facts_of; do fact[$cell]=${facts_of//$'\t'/ }; done < <(
		sed 's|"recording":"\./|"recording":"|' report.json | jq -r "$facts")
	for cell in */cell.status; do
		cell=${cell%/*} death=${cell%.*} circumstance=${cell#*.}
		read -r alone tracked <"$cell/cell.status"
		(cd "$cell" && judge_recordings) >>"$cell.txt" 2>&1
	done
}
declare -A fact

real_driver=${FAULT_MATRIX:+yes}
: "${FAULT_MATRIX:=$HAZARDS/fault_matrix}" "${FAULT_DRIVER=$libraries/hooked_driver}" "${FAULT_SECONDS:=30}"
scene matrix
ulimit -c 0
has_small_disk=yes
unshare -Urm true 2>/dev/null || has_small_disk=no
running=0
for circumstance in "${circumstances[@]}"; do
	for death in "${deaths[@]}"; do
		if [ "$circumstance.$has_small_disk" = full_disk.no ]; then
			echo 'SKIP no user namespace, for a small disk' >"$death.$circumstance.txt"
			continue
		fi
		(do_cell "$death" "$circumstance") &
		running=$((running + 1))
		[ $((running % 2)) -ne 0 ] || wait
	done
done
wait
judge_cells

printf '# %-12s' ''
printf ' %-14s' "${circumstances[@]}"
echo
for death in "${deaths[@]}"; do
	printf '# %-12s' "$death"
	for circumstance in "${circumstances[@]}"; do
		seen=$(head -n 1 "$death.$circumstance.txt")
		printf ' %-14.14s' "${seen:-ok}"
	done
	echo
done
for circumstance in "${circumstances[@]}"; do
	title=$circumstance
	for death in "${deaths[@]}"; do
		seen=$(cat "$death.$circumstance.txt")
		if [[ $seen = SKIP* ]]; then
			skip "$death" "${seen#SKIP }"
		elif [ -z "$seen" ]; then passed "$death"; else
			status='?'
			cp "$death.$circumstance/tracked.err" err
			failed "$death" <<<"$seen"
		fi
	done
done

finish
