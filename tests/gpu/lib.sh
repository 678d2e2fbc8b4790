# What the tests on a real GPU share. A script sources this file with its own
# arguments, PREFIX FOLDER [--simulate], and has then
#   $vramtrack $shim $logs $here     the command, the shim, the logs, this folder
#   pass|fail|skip|note|check|same|between   result lines
#   job NAME FUNCTION ARGUMENT...    a function in a folder of its own, $box
#   limited SECONDS COMMAND...       $status; output in out and err
#   native, build, have_module       see below
#   finish                           TAP of all jobs and "N passed, N failed, N skipped"
# --simulate: on the simulated device that PREFIX has, which tests the tests.
[ $# -eq 2 ] || { [ $# -eq 3 ] && [ "$3" = --simulate ]; } ||
	{ echo "usage: $0 PREFIX FOLDER [--simulate]" >&2; exit 2; }
prefix=$(cd "$1" && pwd) || exit 2
mkdir -p "$2" && logs=$(cd "$2" && pwd) || exit 2
simulate=${3:+yes}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
vramtrack=$prefix/bin/vramtrack
shim=$(find "$prefix" -name libvramtrack_preload.so | head -n 1)
if [ ! -x "$vramtrack" ] || [ -z "$shim" ]; then
	echo "no vramtrack in $prefix" >&2
	exit 2
fi
cuda=${CUDA_HOME:-/usr/local/cuda}
PATH=$PATH:$cuda/bin:$cuda/compute-sanitizer
command -v nvcc >/dev/null || { echo 'nvcc is not in PATH' >&2; exit 2; }
# A machine may have the shared runtime and the driver's link library in no standard place.
export PATH LIBRARY_PATH=$cuda/lib64/stubs${LIBRARY_PATH:+:$LIBRARY_PATH}
export LD_LIBRARY_PATH=${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$cuda/lib64
[ -z "$simulate" ] || LD_LIBRARY_PATH=$(dirname "$shim")/simulate:$LD_LIBRARY_PATH
unset LD_PRELOAD VRAMTRACK_OPTIONS VRAMTRACK_SIMULATE
started=$SECONDS

# Every job writes result lines into a file of its own; they are numbered at the end.
pass() { echo "ok - $1" >>"$tap"; }
fail() { echo "not ok - $1" >>"$tap"; head -c 3000 | sed 's/^/#   /' >>"$tap"; }
skip() { echo "ok - $1 # SKIP $2" >>"$tap"; }
note() { echo "# $1" >>"$tap"; }
check() { # WHAT SEEN WANTED
	if [ "$2" = "$3" ]; then pass "$1 ($2)"; else
		{ echo "seen:   $2"; echo "wanted: $3"; } | fail "$1"
	fi
}
same() { if cmp -s "$2" "$3"; then pass "$1"; else diff "$2" "$3" | head -n 20 | fail "$1"; fi; }

# between WHAT SEEN LEAST MOST
between() {
	if [ -n "$2" ] && [ "$2" -ge "$3" ] && [ "$2" -le "$4" ]; then pass "$1: $2 is in $3..$4"; else
		echo "$2 is not in $3..$4" | fail "$1"
	fi
}

# job NAME FUNCTION ARGUMENT...: a folder and a result file of its own
job() {
	local name=$1
	shift
	(
		tap=$logs/$name.tap box=$logs/$name
		: >"$tap"
		mkdir -p "$box" && cd "$box" || exit
		"$@"
	)
}

# No longer than SECONDS, and no longer than the script may take in all ($budget).
limited() { # SECONDS COMMAND...
	local left=$((${budget:-100000} - SECONDS + started))
	if [ "$left" -lt 1 ]; then
		status=124
		echo "not run: the script has used up its $budget s" >err
		: >out
		return
	fi
	timeout -k 2 $(($1 < left ? $1 : left)) "${@:2}" >out 2>err
	status=$?
	[ $status -ne 124 ] || echo "ended after its time: ${*:2}" >>err
}

# native SECONDS PROGRAM...: $status; output in native.out
native() {
	limited "$@"
	mv out native.out && mv err native.err
}

build() { # OUTPUT SOURCE... OPTION...: sources are of this folder
	local output=$1 words=()
	shift
	for word; do
		case $word in *.cu | *.cpp) words+=("$here/$word") ;; *) words+=("$word") ;; esac
	done
	timeout 120 nvcc -std=c++17 -O1 -g -lineinfo -o "$output" "${words[@]}" >"$output.log" 2>&1 && return
	fail "build of $output" <"$output.log"
	return 1
}

have_module() { python3 -c "import importlib.util as u, sys; sys.exit(u.find_spec('$1') is None)" 2>/dev/null; }

finish() {
	local number=0 line failures skips total
	while IFS= read -r line; do
		case $line in
		'ok - '*) number=$((number + 1)); echo "ok $number - ${line#ok - }" ;;
		'not ok - '*) number=$((number + 1)); echo "not ok $number - ${line#not ok - }" ;;
		*) echo "$line" ;;
		esac
	done < <(cat "$logs"/*.tap) | tee "$logs/results.txt"
	failures=$(grep -c '^not ok' "$logs/results.txt")
	skips=$(grep -c '^ok.*# SKIP' "$logs/results.txt")
	total=$(grep -cE '^(not )?ok' "$logs/results.txt")
	echo "1..$total"
	echo "# $((SECONDS - started)) s on $(head -n 1 "$logs/device.txt")"
	echo "$((total - failures - skips)) passed, $failures failed, $skips skipped"
	[ "$total" -gt 0 ] && [ "$failures" -eq 0 ]
	exit
}

rm -f "$logs"/*.tap
nvidia-smi -L >"$logs/device.txt" 2>&1 || echo 'a device that nvidia-smi does not list' >"$logs/device.txt"
