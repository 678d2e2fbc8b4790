#!/usr/bin/env bash
# Code that uses malloc or new in kernels: whose it is, and how it was loaded; what cannot be looked
# into is said to be not known.
# shellcheck source=tests/cases/lib.sh
. "$(dirname "$0")/lib.sh"

facts='def code: [.processes[].coverage.passages[] | select(.passage | startswith("device_heap"))];
	def told: [code[] | [.passage, (.path | split("/") | last), .symbol, .covered]];'

while IFS='|' read -r case path symbol; do
	scene "an image with malloc: $case"
	# shellcheck disable=SC2086 # a case, an argument
	tracked device_heap $case malloc
	is 'status is 0' $status 0
	holds 'its file and its call are told' "$facts told == [[\"device_heap\", \"$path\", \"$symbol\", true]]"
	says 'in text too' err "^device heap: .*$path, by $symbol: its kernels use malloc or new: what leaks inside of the device heap is not seen"
	scene "an image without: $case"
	# shellcheck disable=SC2086
	tracked device_heap $case
	is 'status is 0' $status 0
	holds 'nothing is told' "$facts code == []"
	silent_about 'nor in text' err '^device heap:'
done <<'TABLE'
text|device_heap|cuModuleLoadData
cubin|an image in memory|cuModuleLoadData
fat|an image in memory|cuModuleLoadData
file made.cubin|made.cubin|cuModuleLoad
TABLE

scene 'images that are compressed'
tracked device_heap compressed
is 'status is 0' $status 0
holds 'it is not known' "$facts told == [[\"device_heap_unknown\", \"device_heap\", \"cuLibraryLoadData\", true]]"
silent_about 'the first reading says nothing of it' err '^device heap:'
limited "$VRAMTRACK" report --show coverage rec
says 'its part does' out '^device heap: .*device_heap, by cuLibraryLoadData: whether its kernels use malloc or new is not known: its images are compressed'
limited "$VRAMTRACK" gate rec
is 'and the gate is clean' $status 0

scene 'images that the system does not let us read'
touch made.cubin
tracked device_heap refused made.cubin
is 'status is 0' $status 0
holds 'that is told, and not that they are compressed' "$facts (told | sort) ==
	[[\"device_heap_unread\", \"device_heap\", \"cuModuleLoadData\", true], [\"device_heap_unread\", \"made.cubin\", \"cuModuleLoad\", true]]"
limited "$VRAMTRACK" report --show coverage rec
says 'in text too' out '^device heap: .*device_heap, by cuModuleLoadData: .* not known: its images could not be read, since the system refused that'
silent_about 'and nothing of compression' out 'compressed'

scene 'images that lie'
tracked device_heap lies
is 'the program is not harmed' $status 0
holds 'what they have is not known' "$facts code != [] and all(code[]; .passage == \"device_heap_unknown\" or .passage == \"device_heap_untried\")"

scene 'code from ever new files'
tracked device_heap files made.cubin 70
is 'the program is not harmed' $status 0
holds 'the first 64 are named, and what is not known still is' "$facts [code[] | select(.passage == \"device_heap\") | .path | split(\"/\") | last] ==
	[range(64) | \"made\\(.).cubin\"] and [code[] | select(.passage == \"device_heap_unknown\")] != []"

finish
