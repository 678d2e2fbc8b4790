#!/usr/bin/env bash
# The blocks of PyTorch's cache on a real GPU, with the cache on: they come to what PyTorch itself
# says, to the byte; a tensor that is kept is named by its line; nothing is changed for PyTorch.
# usage: torch_blocks.sh PREFIX FOLDER (where vramtrack is installed; where logs go)
# shellcheck source=tests/gpu/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck disable=SC2034 # limited() has it
budget=240
program=$here/torch_blocks.py

run() { # PROGRAM'S WORD, OPTION...
	limited 90 "$vramtrack" run -o rec --no-report "${@:2}" -- python3 "$program" "$1"
	"$vramtrack" report --format=json rec >report.json 2>>err
	cat err >>all.err
}
facts() { python3 "$here/block_facts.py" "$@" 2>&1; }
# shellcheck disable=SC2031 # each job has its own
show() { sed 's/^/# /' >>"$tap"; }

# moments NUMBER: what PyTorch said at each against what the recording says of it
moments() {
	local i seen
	for ((i = 1; i <= $1; i++)); do
		"$vramtrack" report --format=json "moment-$i.vramtrack" >"moment-$i.report" 2>>all.err
		seen=$(facts moment "moment-$i.report" "moment-$i.json")
		echo "$seen" | show
		check "$title: moment $i, as PyTorch says" "$(grep -c '^1 cache: state=seen blocks=[^!]*$' <<<"$seen")" 1
	done
}
nothing_lost() { check "$title: nothing is lost" "$(facts lost report.json)" '[]'; }

told() { # training|graph
	title=$1${2:+, $2}
	VRAMTRACK=$vramtrack run "$1"
	check "$title: exits" "$status" 0
	moments 3
	nothing_lost
	"$vramtrack" report --show caches moment-2.vramtrack 2>&1 | sed -n '/^cache of/,/^$/p' | head -n 12 | show
}
expandable() { PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True told "$1" 'expandable segments'; }

threads() {
	title='8 threads x 10000'
	VRAMTRACK=$vramtrack run threads
	moments 1
	check "$title: every block was seen" "$(facts blocks report.json)" "$(sed -n 's/^blocks //p' out)"
	nothing_lost
}

# judged NAME STATUS: the gate's exit status, by requests
judged() {
	local line
	title="gate, $1"
	limited 90 "$vramtrack" gate -o rec --option growth=call:serve --report json=gate.json -- python3 "$program" "$1"
	check "$title: exit status" "$status" "$2"
	head -n 40 err | show
	facts sites gate.json >planted
	show <planted
	[ "$2" = 1 ] || return
	line=$(sed -n '/# the planted line/=' "$program")
	check "$title: what grows are blocks, by the planted line" \
		"$(grep '^growth' planted | cut -d ' ' -f 1-4)" "growth block serve $line"
	check "$title: and they are held until the end" \
		"$(grep "^held_until_end block serve $line " planted | cut -d ' ' -f 5)" $((60 * 256 * 1024 * 4))
	"$vramtrack" report rec 2>&1 | head -n 24 | show
}

profiler() {
	title='torch.profiler'
	native 90 python3 "$program" profiler
	run profiler
	check "$title: exits" "$status" 0
	same "$title: sees the same" native.out out
	show <out
}

driver_pool() {
	title='backend:cudaMallocAsync'
	export PYTORCH_CUDA_ALLOC_CONF=backend:cudaMallocAsync
	run clean
	check "$title: nothing is counted twice" "$(facts blocks report.json)" 0
	note "$title: $(facts states report.json)"
	nothing_lost
}

cost() {
	local alone seen unseen
	title='a step of training'
	limited 60 python3 "$program" steps && alone=$(cat out)
	run steps && seen=$(cat out)
	run steps --option blocks=0 && unseen=$(cat out)
	note "$title: $alone us alone, $unseen us with blocks=0, $seen us with blocks"
}

if ! have_module torch; then
	tap=$logs/torch.tap
	skip 'PyTorch' 'there is no torch'
	finish
fi
python3 -c 'import torch; print("# PyTorch", torch.__version__, "CUDA", torch.version.cuda)' >"$logs/about.tap"
job blocks_training told training
job blocks_graph told graph
job blocks_expandable expandable training
job blocks_expandable_graph expandable graph
job blocks_threads threads
job blocks_clean judged clean 0
job blocks_kept judged kept 1
job blocks_profiler profiler
job blocks_async driver_pool
job blocks_cost cost
finish
