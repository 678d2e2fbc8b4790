#!/usr/bin/env bash
# A card between the processes of a run: what each had of it at the peak of all, at a refusal and at
# its own end, after children and parent were killed.
. "$(dirname "$0")/lib.sh"
no_report=(--no-report)

scene 'a parent with three children, one killed, one refused; then the parent is killed'
under_way=4
VRAMTRACK_SIMULATE=memory=1G tracked tree tree
is 'the parent was killed' $status 137
read -r parent killed refused ended <out
facts="def MiB: 1048576; def card: .cards[0];
	def at(\$moment): card | .moments[] | select(.moment == \$moment);
	def of(\$moment; \$pid): card as \$card | (\$card.processes | map(.pid) | index(\$pid)) as \$i | at(\$moment).bytes[\$i];"
holds 'each has a recording, and they share one card' "$facts (.cards | length) == 1 and
	([card.processes[].pid] | sort) == ([$parent, $killed, $refused, $ended] | sort) and
	all(card.processes[]; .pid == $parent or .parent_pid == $parent)"
holds 'each one'\''s share at the peak of all' "$facts [of(\"peak\"; $parent, $killed, $refused, $ended)] ==
	[64 * MiB, 128 * MiB, 32 * MiB, 16 * MiB] and at(\"peak\").sum_bytes == 240 * MiB"
holds 'at the refusal, and of whom' "$facts at(\"refused\").refused_pid == $refused and
	at(\"refused\").requested_bytes == 1048576 * MiB and
	[of(\"refused\"; $parent, $killed, $refused, $ended)] == [64 * MiB, 128 * MiB, 32 * MiB, 0]"
holds 'at the end of each' "$facts [of(\"end\"; $parent, $killed, $refused, $ended)] ==
	[64 * MiB, 128 * MiB, 32 * MiB, 16 * MiB]"
holds 'who was killed' "$facts [card.processes[] | select(.killed) | .pid] | sort == ([$parent, $killed] | sort)"
"$VRAMTRACK" report rec >text 2>/dev/null
says 'a line in the first reading' text "^card GPU 0 \(.*\), 4 processes: 240\.0 MiB at the peak of all, 128\.0 MiB of it by tree $killed \(--show cards\)$"
"$VRAMTRACK" report --show cards rec >text 2>/dev/null
says 'a table of all' text '^ +peak of all +refusal 1 +its end$'
says 'with each one'\''s share' text "^ +128\.0 MiB +128\.0 MiB +128\.0 MiB  tree $killed, killed: until when it held that is not known$"
says 'and of one that came later' text "^ +16\.0 MiB +0 B +16\.0 MiB  tree $ended$"
says 'the sum' text '^ +240\.0 MiB +224\.0 MiB +240\.0 MiB  together$'
says 'and who was refused' text "^  refusal 1: 1\.0 TiB to tree $refused$"
"$VRAMTRACK" report --format=html rec >page.html 2>/dev/null
says 'the page has it' page.html '"cards":'

scene 'one process alone'
tracked scopes all_freed
holds 'shares with nobody' '.cards == []'
"$VRAMTRACK" report --show cards rec >text 2>/dev/null
silent_about 'and nothing is said' text '^card '

finish
