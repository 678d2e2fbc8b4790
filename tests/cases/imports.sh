#!/usr/bin/env bash
# Memory that others own: counted for itself, and told when it stays open.
. "$(dirname "$0")/lib.sh"
no_report=(--no-report)

imported='def imported($kind): [.processes[].devices[].kinds[] | select(.kind == $kind) | .live_bytes] | add // 0;'

# case | kind | bytes that stay open | the function that opened them
while IFS='|' read -r case kind bytes opener; do
	scene "$case"
	# shellcheck disable=SC2086 # a case and its arguments
	tracked imports $case
	is 'status is 0' $status 0
	holds "$bytes bytes of kind $kind stay open" \
		"$imported count(\"imported\") == 1 and bytes(\"imported\") == $bytes and only(\"imported\") and
		 imported(\"$kind\") == $bytes and
		 all(of(\"imported\")[]; .kind == \"$kind\" and through(\"$opener\"))"
done <<'TABLE'
ipc 1 0|ipc_imported|3145728|open_memory
ipc 2 0|ipc_imported|3145728|open_memory
ipc 2 1|ipc_imported|3145728|open_memory
pool|pool_imported|3145728|import_pointer
handle|vmm_imported|0|import_handle
external|external|3145728|import_external
TABLE

while read -r case; do
	scene "$case"
	# shellcheck disable=SC2086
	tracked imports $case
	is 'status is 0' $status 0
	holds 'nothing is live' \
		'([.processes[].devices[].kinds[] | select(.kind | test("imported|external|linear|stream|vmm")) | .live_bytes] | add // 0) == 0'
	holds 'no finding' '[found] == []'
done <<'TABLE'
ipc 1 1
ipc 2 2
ipc 5 5
pool freed
handle released
own_handle 2
external destroyed
external_mapping freed
external_array
TABLE

scene 'closed twice'
tracked imports ipc_refused
is 'status is 0' $status 0
holds 'refused frees, and nothing stays open' \
	'count("bad_free") == 2 and only("bad_free") and all(of("bad_free")[]; .kind == "ipc_imported")'
holds 'the second close is a double free' \
	'[of("bad_free")[] | select(.api == "cuIpcCloseMemHandle") | .reason] == ["double_free"]'

scene 'a context closes what was opened in it'
tracked imports ipc_after_reset
is 'status is 0' $status 0
holds 'nothing stays open' 'of("imported") == [] and of("bad_free") == []'

scene 'imported pool memory freed twice'
tracked imports pool freed twice
holds 'is a bad free' 'count("bad_free") == 1 and all(of("bad_free")[]; .reason == "double_free")'

scene 'one of two references to its own memory is left'
tracked imports own_handle 1
holds 'it leaks, once' 'count("leak") == 1 and bytes("leak") == 2 * MiB and only("leak")'

scene 'a handle released twice'
tracked imports released_twice
holds 'the finding names the handle, not a number of the tool' \
	"count(\"bad_free\") == 1 and only(\"bad_free\") and
	 all(of(\"bad_free\")[]; .reason == \"double_free\" and .kind == \"vmm\" and .address == \"$(cat out)\")"

scene 'an external object destroyed twice'
tracked imports external destroyed twice
holds 'is a bad free' \
	'count("bad_free") == 1 and only("bad_free") and all(of("bad_free")[]; .reason == "double_free" and .kind == "external")'

scene 'a mapping of external memory is no memory'
tracked imports external_mapping
holds 'it is address space that stays' \
	"$imported [found] == [] and imported(\"external_mapping\") == MiB"

scene 'host memory that stays registered'
tracked imports registered 1
is 'status is 0' $status 0
holds 'is listed by its call site, and is no finding' \
	'only("registered") and count("registered") == 4 and bytes("registered") == 4 * MiB and
	 all(of("registered")[]; .kind == "registered_host" and .bucket == "registered" and through("register_own"))'
"$VRAMTRACK" report rec >text 2>/dev/null
says 'in words' text '^REGISTERED 4.0 MiB in 4 allocations of registered host memory( on GPU 0)?, by cuMemHostRegister'
says 'and in the last line' text '^vramtrack: nothing leaked.*; 1 registration not undone, 4.0 MiB'
for policy in leak registered any; do
	"$VRAMTRACK" gate --fail-on=$policy --report json=gate.json rec >out 2>err
	echo "$policy $?" >>verdicts
done
is 'the gate has a class for it, of which any is one' "$(paste -sd' ' verdicts)" 'leak 0 registered 1 any 1'

scene 'host memory that is unregistered'
tracked imports registered 5
holds 'is nothing' '[found] == []'

finish
