#!/usr/bin/env bash
# Every family of device memory on a real GPU, in less than four minutes:
# families.sh PREFIX FOLDER [--simulate]
#   PREFIX  where vramtrack is installed or unpacked (bin/vramtrack is in it)
#   FOLDER  takes the logs; it is made. families.tsv in it has the leaks that
#           were planted beside those of vramtrack, CUPTI and compute-sanitizer
# Needs nvcc and python3; compute-sanitizer and PyTorch are used where they are.
# Prints TAP, and at last "N passed, N failed, N skipped"; the exit status is 1
# if a test failed.
set -u
. "$(dirname "$0")/lib.sh"
budget=225 # seconds in all
step=20    # seconds for a step
. "$here/families_lib.sh"

# ---- what has no size --------------------------------------------------------------------
accounts() {
	title='account of a program that leaks'
	native "$step" "$programs/families" linear leak
	tracked -- "$programs/families" linear leak
	found_as_stated
	check "$title: it adds up" "$(facts account report.json end)" balanced
	note "$(cat facts.err)"
	limited "$step" "$vramtrack" report --show account --color=never rec/*.vramtrack
	if grep -q 'not attributed' out; then pass "$title: the text has the line"; else
		fail "$title: the text has the line" <out
	fi
}

out_of_memory() {
	title='oom=report'
	native "$step" "$programs/families" out_of_memory leak
	tracked --option oom=report -- "$programs/families" out_of_memory leak
	check "$title: the program goes on" "$status" 0
	found_as_stated
	check "$title: a report at the first refusal" \
		"$(grep -c 'an allocation was refused; what is allocated now' tracked.err)" 1
}

quarantine() {
	title='a stale pointer'
	if [ -n "$simulate" ]; then skip "$title" 'no kernel runs on the simulated device'; return; fi
	build stale stale.cu || return
	native "$step" ./stale
	check "$title: is no error alone" "$(cat native.out)" 'stale write: 0'
	tracked -- ./stale
	check "$title: nor tracked" "$(cat tracked.out)" 'stale write: 0'
	tracked --option quarantine=1G -- ./stale
	check "$title: faults in a quarantine" "$(cat tracked.out)" 'stale write: 700'
}

# A plugin past LD_PRELOAD, whose runtime is linked in or shared.
deepbind() {
	local runtime=$1
	title="RTLD_DEEPBIND, $runtime runtime"
	build host deepbind.cpp -cudart none -ldl || return
	build plugin.so deepbind.cpp -DPLUGIN -shared -Xcompiler -fPIC -cudart "$runtime" || return
	native "$step" ./host ./plugin.so
	check "$title: status alone" "$status" 0
	tracked -- ./host ./plugin.so
	same "$title: same output" tracked.out native.out
	case "$(facts findings report.json native.out), covered: $(facts covered report.json)" in
	', covered: true') pass "$title: seen, and said to be covered" ;;
	*', covered: false') pass "$title: said not to be covered" ;;
	*) facts covered report.json | cat - tracked.err report.json | fail "$title: not seen, and not said" ;;
	esac
	if [ -z "$(find "$prefix" -name libvramtrack_audit.so)" ]; then
		skip "$title: --route=audit" 'there is no libvramtrack_audit.so beside the shim'
		return
	fi
	tracked --route=audit -- ./host ./plugin.so
	check "$title: status with --route=audit" "$status" 0
	found_as_stated
	check "$title: covered with --route=audit" "$(facts covered report.json)" true
}

# ---- PyTorch -------------------------------------------------------------------------------
# torch TITLE PROGRAM OPTION...: alone and tracked
torch() {
	title="PyTorch, $1"
	if [ -n "$simulate" ] || ! have_module torch; then
		skip "$title" 'there is no torch for this device'
		return 1
	fi
	seconds=45
	[ "${alone:-yes}" = no ] || native "$seconds" python3 "$here/family_torch.py" "$2" native.facts
	tracked "${@:3}" -- python3 "$here/family_torch.py" "$2" tracked.facts
	check "$title: status" "$status" 0
	[ "$status" -eq 0 ] || tail -n 5 tracked.err | fail "$title: what it says"
}

torch_graphs() {
	torch 'CUDA graphs' graphs || return
	same "$title: same output" tracked.out native.out
	check "$title: what is live is memory_reserved()" \
		"bytes $(sums bucket=vram | cut -d' ' -f2)" "$(cat tracked.facts)"
	check "$title: all by PyTorch's allocators" \
		"$(sums 'module=libc10_cuda|libtorch_cuda|libtorch_python')" "$(sums)"
	check "$title: nothing but what lives" "$(sums)" "$(sums 'class=(leak|cached|retained|held_until_end)')"
}

torch_account() {
	torch 'account' account || return
	same "$title: same output" tracked.out native.out
	check "$title: it adds up" "$(facts account report.json end)" balanced
	note "$(cat facts.err)"
}

# One allocation fails; without a cache the program hears of it, with one a second try succeeds.
torch_fail() { # BACKEND OPTION WANTED REFUSALS-LEAST REFUSALS-MOST
	export PYTORCH_CUDA_ALLOC_CONF=$1
	alone=no
	torch "$2, $1" refused --option "$2" || return
	check "$title: what was raised" "$(cut -d' ' -f1-4 tracked.out)" "$3"
	between "$title: refusals in the report" \
		"$(sums class=out_of_memory injected=True | cut -d' ' -f1)" "$4" "$5"
}

torch_limit() {
	alone=no
	torch 'limit=2G' limited --option limit=2G || return
	check "$title: the device is smaller" "$(tr '\n' ';' <tracked.out)" \
		'within 2 GiB: True;3 GiB: refused;raised 0 kept 6 last [5];'
}

# ---- all of it --------------------------------------------------------------------------------
parts=(families.cpp family_memory.cpp family_virtual.cpp family_graphs.cpp family_lifetimes.cpp
	family_shared.cpp family_mistakes.cpp)
build_programs() {
	cd "$programs" || exit
	[ -n "$simulate" ] || build families "${parts[@]}" -cudart static -lcuda || return
	build families_shared "${parts[@]}" -cudart shared -lcuda || return
	[ -z "$simulate" ] || ln -sf families_shared families
}

mkdir -p "$programs"
# The first import reads gigabytes from the disk: it is over when PyTorch's turn comes.
[ -n "$simulate" ] || timeout 90 python3 -c 'import torch; torch.zeros(1).cuda()' >"$logs/warm.log" 2>&1 &
warm=$!
job build build_programs

names=$("$programs/families" list)
job list between 'cases of the program' "$(wc -w <<<"$names")" 40 1000
for name in $names; do
	for version in free leak; do
		start "$name.$version" family "$programs/families" "$name" "$version"
	done
done
for version in free leak; do
	start "late_free.$version" family "$programs/families_shared" _late_free "$version"
done
start accounts accounts
start oom_report out_of_memory
start quarantine quarantine
[ -n "$simulate" ] || start deepbind_static deepbind static # it needs a whole driver
start deepbind_shared deepbind shared
at_once=3
start torch_graphs torch_graphs
start torch_account torch_account
start torch_nth torch_fail backend:cudaMallocAsync fail=nth:3 'raised 1 kept 5' 1 1
start torch_retry torch_fail backend:native fail=nth:3 'raised 0 kept 6' 1 1
start torch_site torch_fail backend:native 'fail=site:*c10_cuda*' 'raised 6 kept 0' 6 12
start torch_limit torch_limit
wait

table
finish
