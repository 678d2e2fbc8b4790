#!/usr/bin/env bash
# The gate's verdict on Python programs: verdicts.sh PREFIX FOLDER
# Green without an option where there is no fault; red where a buffer was planted, and its line is
# named. Takes VERDICTS_SECONDS at most (240). Prints TAP, and at last "N passed, N failed, N skipped".
set -u
. "$(dirname "$0")/lib.sh"
budget=${VERDICTS_SECONDS:-240}
export XLA_PYTHON_CLIENT_MEM_FRACTION=.05
program=$here/verdicts.py

# gated SECONDS OPTION... -- ARGUMENT...: the gate on the program; report.json beside its text
gated() {
	local seconds=$1 options=()
	shift
	while [ "$1" != -- ]; do options+=("$1") && shift; done
	shift
	limited "$seconds" "$vramtrack" gate -o rec "${options[@]}" --report=json=report.json \
		--report=text=report.txt -- python3 "$program" "$@"
}

# faultless NAME [OPTION...]
faultless() {
	title="$1${2:+ $2}, no fault"
	gated 60 "${@:2}" -- "$1"
	if [ "$status" -eq 0 ]; then pass "$title: the gate is green"; else
		{ echo "status $status"; head -n 40 report.txt; tail -n 15 err; } | fail "$title: the gate is green"
	fi
}

# faulty NAME MODE [OPTION...]: red, and a finding that fails has its site at a line marked `# planted`
faulty() {
	title="$1 $2${3:+ $3}"
	gated 60 "${@:3}" -- "$1" "$2"
	if [ "$status" -eq 1 ]; then pass "$title: the gate is red"; else
		{ echo "status $status"; head -n 40 report.txt; tail -n 15 err; } | fail "$title: the gate is red"
	fi
	if python3 "$here/verdict_facts.py" report.json "$program" >site.txt; then
		pass "$title: $(cat site.txt)"
	else
		{ cat site.txt; head -n 40 report.txt; } | fail "$title: names the planted line"
	fi
	note "$title: $(wc -l <report.txt) lines of text"
}

verdicts() { # NAME MODULE WAY...
	local name=$1 module=$2
	shift 2
	have_module "$module" || { skip "$name" "there is no $module"; return; }
	faultless "$name"
	case $name in
	torch_graph | torch_ipc) # which do not work without the cache
		faulty "$name" planted
		faulty "$name" kept --option growth=call:step
		;;
	torch_* | triton_*)
		faulty "$name" planted
		faulty "$name" planted --no-caching
		faulty "$name" kept --option growth=call:step
		faulty "$name" kept --no-caching --option growth=call:step
		;;
	cupy_*)
		echo 'leak: module:/cupy_backends/' >no-pool.frames
		faulty "$name" planted --frame-rules no-pool.frames
		faulty "$name" kept --option growth=call:step
		;;
	jax_*)
		faulty "$name" planted --no-caching
		faulty "$name" kept --no-caching --option growth=call:step
		;;
	numba_*) # which frees all arrays as Python ends, so that nothing is left to leak
		faulty "$name" planted --no-caching --fail-on held_until_end
		faulty "$name" kept --option growth=call:step
		;;
	esac
}

# All beside one another: what takes long in each is to import its framework.
for pair in torch_training:torch torch_graph:torch torch_compile:torch torch_loader:torch \
	torch_ipc:torch jax_training:jax cupy_arrays:cupy numba_arrays:numba.cuda triton_kernel:triton; do
	job "${pair%:*}" verdicts "${pair%:*}" "${pair#*:}" &
done
wait
finish
