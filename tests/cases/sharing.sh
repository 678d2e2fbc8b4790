#!/usr/bin/env bash
# Memory that processes share, joined over their recordings: who gave it out, who holds it still,
# and what its owner freed under the others.
. "$(dirname "$0")/lib.sh"

shared='def rows: .shared_memory; def of_state($state): [rows[] | select(.state == $state)];
	def pid_of($bucket): [.processes[] | select(any(.devices[].kinds[]; .bucket == $bucket and .allocations > 0)) | .pid];'

scene 'freed by its owner while another has it open'
tracked sharing freed
is 'status is 0' $status 0
holds 'is joined: who made it, who keeps it alive' "$shared (rows | length) == 1 and (of_state(\"freed_by_exporter\")[0] |
	.handle == \"ipc\" and .bytes == 3 * MiB and .opened_by == 1 and .held_by == 1 and (.exporter.holds | not) and .exporter.times == 2 and
	any(.exporter.stack[]; .function == \"give_memory\") and any(.exporter.freed_stack[]; .function == \"free_memory\") and
	(.importers | length) == 1 and .importers[0].holds and any(.importers[0].stack[]; .function == \"open_memory\")) and
	[rows[0].exporter.pid] == pid_of(\"vram\") and [rows[0].importers[].pid] == pid_of(\"imported\")"
says 'in text too' err '^shared: 3\.0 MiB freed by process [0-9]+, which made it, kept alive by process [0-9]+, opened in open_memory at .*sharing.c:[0-9]+, by cuIpcOpenMemHandle'
limited "$VRAMTRACK" report rec
says 'in the merged report' out '^shared: 3\.0 MiB freed by process [0-9]+, which made it, kept alive by process [0-9]+'

while IFS='|' read -r case states holders; do
	scene "$case"
	# shellcheck disable=SC2086 # a case, an argument
	tracked sharing $case
	is 'status is 0' $status 0
	holds 'is told as it is' "$shared ([rows[] | [.state, .held_by]] | sort) == [$states]"
	if [ "$holders" ]; then says 'in text' err "^shared: .*$holders"
	else silent_about 'no line of it' err '^shared:'; fi
done <<'TABLE'
freed closed|["closed", 0]|
freed_later|["closed", 0]|
ended|["exporter_ended", 1]|of process [0-9]+, which has ended, kept alive by process [0-9]+
given_twice|["closed", 0], ["freed_by_exporter", 1]|freed by process [0-9]+, which made it, kept alive by process [0-9]+
TABLE

scene 'pool memory'
tracked imports pool
is 'status is 0' $status 0
holds 'is joined too' "$shared (rows | length) == 1 and rows[0].handle == \"pool_pointer\" and rows[0].exporter.pid != rows[0].importers[0].pid and
	any(rows[0].importers[0].stack[]; .function == \"import_pointer\")"

scene 'one recording alone'
tracked sharing freed
for file in rec/*.vramtrack; do
	limited "$VRAMTRACK" report --format=json "$file"
	jq -c '.shared_memory[] | [.state, .exporter]' out
done >alone
is 'of the importer: who made it is not known' "$(cat alone)" '["exporter_not_recorded",null]'

scene 'the exporter is killed under it'
tracked sharing killed
is 'status is 0' $status 0
holds 'it is not said who had it longer' "$shared [rows[] | [.state, .held_by, .bytes]] == [[\"exporter_end_not_known\", 1, 3 * MiB]]"
says 'in text too' err '^shared: 3\.0 MiB of process [0-9]+, which was killed or left by _exit\(\) nobody knows when, held by process [0-9]+, opened in open_memory'
scene 'the exporter is killed, and then it is closed'
tracked sharing killed closed
holds 'nobody holds it' "$shared [rows[] | [.state, .held_by]] == [[\"closed\", 0]]"
silent_about 'no line of it' err '^shared:'

export VRAMTRACK_SIMULATE=fabric=open
scene 'physical memory by the handle of a fabric'
tracked sharing fabric
is 'status is 0' $status 0
holds 'is joined: who made it, who keeps it alive' "$shared (rows | length) == 1 and (of_state(\"freed_by_exporter\")[0] |
	.handle == \"fabric\" and .bytes == 4 * MiB and .opened_by == 1 and .held_by == 1 and (.exporter.holds | not) and
	.exporter.api == \"cuMemExportToShareableHandle\" and
	any(.exporter.stack[]; .function == \"give_physical\") and any(.exporter.freed_stack[]; .function == \"release_physical\") and
	(.importers | length) == 1 and .importers[0].holds and any(.importers[0].stack[]; .function == \"import_physical\")) and
	[rows[0].exporter.pid] == pid_of(\"vram\") and [rows[0].importers[].pid] == pid_of(\"imported\")"
says 'in text too' err '^shared: 4\.0 MiB freed by process [0-9]+, which made it, kept alive by process [0-9]+, opened in import_physical'

while IFS='|' read -r case rows; do
	scene "$case, by a fabric"
	# shellcheck disable=SC2086 # a case, an argument
	tracked sharing $case
	is 'status is 0' $status 0
	holds 'is told as it is' "$shared [rows[] | [.state, .handle, .opened_by, .held_by, .bytes]] == [$rows]"
done <<'TABLE'
fabric released|["closed", "fabric", 1, 0, 4 * MiB]
two_importers|["freed_by_exporter", "fabric", 2, 1, 4 * MiB]
own_fabric|
pool|["freed_by_exporter", "pool_pointer", 1, 1, 3 * MiB]
TABLE
unset VRAMTRACK_SIMULATE

while IFS='|' read -r system error; do
	scene "there is no fabric: $system"
	VRAMTRACK_SIMULATE=$system tracked sharing refused "$error"
	is 'the program has the answer of the driver' $status 0
	holds 'which is no finding' "$shared rows == [] and all(.processes[]; .findings == [] and .lost == [])"
done <<'TABLE'
fabric=none|801
fabric=closed|800
TABLE

scene 'physical memory by a file descriptor'
tracked sharing descriptor
is 'status is 0' $status 0
holds 'cannot be joined, and that is said' "$shared (rows | length) == 1 and (of_state(\"not_joined\")[0] |
	.handle == \"file_descriptor\" and .bytes == null and .exporter == null and .opened_by == 1 and .held_by == 1 and
	.importers[0].times == 1 and any(.importers[0].stack[]; .function == \"import_physical\"))"
says 'in text too' err '^shared: physical memory imported by file descriptors, which do not tell whose it is, held by process [0-9]+, opened in import_physical'
scene 'physical memory by a file descriptor, released'
tracked sharing descriptor released
holds 'nobody holds it' "$shared [rows[] | [.state, .held_by]] == [[\"closed\", 0]]"

scene 'nothing is shared'
tracked imports external destroyed
holds 'nothing is told' "$shared rows == []"

finish
