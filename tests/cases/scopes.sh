#!/usr/bin/env bash
# Purposes and labels that a program gives: in the report beside the stack, for
# raw allocations, with the right bytes.
. "$(dirname "$0")/lib.sh"

# What was said about live memory: over all leaks, and by the whole process.
said='def parts: [found | .purposes[]?];
def labelled($text): [parts[] | select(.label == $text)];
def purpose($bucket; $name): [.processes[].purposes[] |
	select(.bucket == $bucket and .purpose == $name)] | map(.live_bytes) | add // 0;
def whole: all(found | select(.purposes);
	(.purposes | map(.bytes) | add) == .bytes and (.purposes | map(.count) | add) == .count);'

for way in preloaded tracked; do
	scene "threads, $way"
	native scopes threads
	is 'the program works alone' $status 0
	mv out native.out
	$way scopes threads
	is 'status is 0' $status 0
	same_files 'same output' out native.out
	for thread in 0 1 2 3; do
		for layer in 0 1 2; do
			holds "thread $thread layer $layer has $((layer + 1)) MiB of KVCache" \
				"$said labelled(\"thread $thread layer $layer\") | length == 1 and
				 all(.[]; .purpose == \"KVCache\" and .count == 1 and .bytes == $((layer + 1)) * MiB)"
		done
	done
	holds 'a purpose without a label' \
		"$said labelled(null) | any(.[]; .purpose == \"ModelWeights\" and .bytes == 16 * MiB and .count == 1)"
	holds 'a label without a purpose' \
		"$said labelled(\"only a label\") | length == 1 and all(.[]; .purpose == null and .bytes == 5000)"
	holds 'what no scope covers has neither' \
		"$said [parts[] | select(.label == null and .purpose == null)] | sum == 4 * 64 * 1024"
	holds 'a call site without names is told without them' \
		'[leaks[] | select(.bytes == 128 * 1024) | has("purposes")] == [false]'
	holds 'no label was read late' "$said all(parts[]; (.label // \"\") | contains(\"#\") | not)"
	holds 'the parts of a finding are all of it' "$said whole"
	holds 'the statement names the program'\''s memory by purpose' \
		'[.processes[].statements[] | select(.moment == "end") | .owners[] | select(.owner | startswith("the program, for ")) |
		 [.owner, .bytes, .how]] | sort == [["the program, for KVCache", 24 * MiB, "tracked"], ["the program, for ModelWeights", 16 * MiB, "tracked"]]'
	holds 'the process by purpose' \
		"$said purpose(\"vram\"; \"KVCache\") == 24 * MiB and purpose(\"vram\"; \"ModelWeights\") == 16 * MiB and
		 ([.processes[].purposes[].live_bytes] | add) == live"
done
says 'the text has the labels' err '^  labels: .*thread [0-3] layer 2 \(KVCache\) 3\.0 MiB in 1, '
says 'and the purposes' err '^  live device memory by purpose: KVCache 24\.0 MiB, ModelWeights 16\.0 MiB, no purpose'

scene 'kinds'
tracked scopes kinds
is 'status is 0' $status 0
holds 'every leak has the label' \
	"$said (leaks | length) == 4 and (labelled(\"all kinds\") | sum) == 10 * MiB and whole"
holds 'buckets are kept apart' \
	"$said [purpose((\"vram\", \"host\", \"managed\"); \"KVCache\")] == [5 * MiB, 2 * MiB, 3 * MiB]"

scene 'a refused request'
native scopes refused
mv out native.out
tracked scopes refused
same_files 'same output' out native.out
holds 'says what it was for the first time' \
	'(of("out_of_memory") | length) == 1 and count("out_of_memory") == 2 and
	 all(of("out_of_memory")[]; .purpose == "KVCache" and .label == "layer 31")'
says 'in the text too' err '^  the first one for: layer 31 \(KVCache\)$'

scene 'odd texts'
tracked scopes odd_texts
is 'status is 0' $status 0
holds 'a long one is cut between two characters' \
	"$said [parts[] | select(.bytes == 1000)] | length == 1 and
	 all(.[]; (.label | utf8bytelength) == 126 and (.label | test(\"^€+\$\")) and .purpose == .label)"
holds 'an empty one is none' \
	"$said [parts[] | select(.purpose == \"\" or .label == \"\")] == []"
holds 'bytes stay what they are in JSON' \
	"$said [parts[] | select(.purpose == \"evil\") | .label] == [\"\\u001b[2J\\n\\ufffd\"]"
says 'and are harmless in text' err 'labels: .*\\x1b\[2J\\x0a\\xff \(evil\) 3000 B'

scene 'more labels than are kept'
tracked scopes too_many
is 'status is 0' $status 0
holds 'the allocations are all there' \
	'.processes[0].devices[0].allocations == 70001 and bytes("leak") == 4096 and count("leak") == 1'
holds 'those without a label are counted, and the purpose is kept' \
	"$said [.processes[].lost[] | [.what, .count]] == [[\"labels\", 4465]] and .summary.lost == 0 and
	 all(parts[]; .label == null and .purpose == \"requests\")"
[ "$(stat -c %s rec/*.vramtrack)" -lt 4000000 ]
is 'the recording stays small' $? 0

scene 'nothing named is live'
tracked scopes all_freed
holds 'the leak' 'bytes("leak") == 2 * MiB'
holds 'nothing is said about purposes' \
	'all(found; has("purposes") | not) and all(.processes[]; .purposes == [])'
silent_about 'nor in the text' err 'labels:|by purpose'

finish
