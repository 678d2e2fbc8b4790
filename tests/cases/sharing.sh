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

scene 'nothing is shared'
tracked imports external destroyed
holds 'nothing is told' "$shared rows == []"

finish
