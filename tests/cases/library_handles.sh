#!/usr/bin/env bash
# Handles of CUDA's libraries are counted, with the stack that made them, and each call goes to the
# library that it would go to without the shim. The libraries are stand-ins: their names, symbols
# and symbol versions are those of the real ones.
. "$(dirname "$0")/lib.sh"
: "${CUDA_INCLUDE:?}"
no_report=(--no-report)

# library VERSION: libcublas.so.VERSION and libcufft.so.VERSION in the folder $work/VERSION
library() {
	local name
	mkdir "$work/$1" || return
	for name in cublas cufft; do
		printf 'lib%s.so.%s { global: %s*; handles_there; local: *; };\n' $name "$1" $name >"$work/$1/versions" &&
			gcc -g -O1 -fPIC -shared "-DVERSION=$1" "-Wl,-soname,lib$name.so.$1" "-Wl,--version-script=$work/$1/versions" \
				-o "$work/$1/lib$name.so.$1" "$sources/handles_library.c" || return
	done
}
programs() {
	gcc -g -O1 -fno-optimize-sibling-calls -fPIC -shared -o "$work/plugin.so" "$sources/handles_plugin.c" \
		"$work/12/libcublas.so.12" "$work/12/libcufft.so.12" "-Wl,-rpath,$work/12" -ldl &&
		gcc -g -O2 -fPIC -shared -DIN_CONSTRUCTOR -o "$work/jumps.so" "$sources/handles_plugin.c" \
			"$work/13/libcublas.so.13" "$work/13/libcufft.so.13" "-Wl,-rpath,$work/13" -ldl -lpthread &&
		gcc -g -O1 -fPIC -shared -DIN_FRONT -o "$work/in_front.so" "$sources/handles_plugin.c" -ldl &&
		gcc -g -O1 -fPIC -shared "-DBEHIND(file)=RTLD_NEXT" -o "$work/by_next.so" "$sources/handles_plugin.c" -ldl &&
		gcc -g -O1 -fPIC -shared "-DBEHIND(file)=dlopen(file, RTLD_LAZY)" -o "$work/by_handle.so" \
			"$sources/handles_plugin.c" "$work/13/libcublas.so.13" "$work/13/libcufft.so.13" "-Wl,-rpath,$work/13" -ldl &&
		gcc -g -O1 -fPIC -shared "-DBEHIND(file)=dlopen(\"$work/13/\" file, RTLD_LAZY)" -o "$work/opens.so" "$sources/handles_plugin.c" -ldl &&
		gcc -x c -o "$work/nothing" - <<<'int main(void) { return 0; }' &&
		gcc -g -O1 -fno-optimize-sibling-calls "-I$CUDA_INCLUDE" "-I$sources" -o "$work/handles" \
			"$sources/library_handles.c" "$work/13/libcublas.so.13" "$work/13/libcufft.so.13" "$SIMULATE_DIR/libcuda.so.1" \
			"-Wl,-rpath,$work/13" -ldl -lpthread
}
scene 'stand-ins'
if { library 13 && library 12 && library 11 && library 10 && library 9 && programs; } 2>build.err; then
	passed 'are built'
else
	failed 'are built' <build.err
	finish
fi

handles='def handles: [.processes[].devices[].kinds[] | select(.kind == "library_handle")];
	def made: [handles[] | .allocations] | add // 0;
	def live: [handles[] | .live_count] | add // 0;
	def by($function): [.processes[].held[] | select(.kind == "library_handle") |
		select(any(.stack[]; .function == $function)) | .count] | add // 0;'

# Releases that are opened by their file.
of() { local text='' version; for version in "${@:2}"; do text+=,$work/$version/$1.so.$version; done; echo "$text"; }
# case | handles that its libraries have | made | live | by the function
while read -r case there made live function; do
	scene "$case"
	# shellcheck disable=SC2086 # a case and its arguments
	tracked "$work/handles" ${case//,/ }
	is 'status is 0' $status 0
	is 'the library was asked' "$(cat out)" "$there"
	holds 'they are counted' "$handles made == $made and live == $live and by(\"$function\") == $live"
	holds 'nothing else is found' '[found] == []'
done <<TABLE
linked                                            2   3 2 make_handle
early                                             0   1 0 make_handle
plans                                             0   3 1 make_plan
refused                                           1   1 1 make_handle
looked_up$(of libcublas 12 13)                    0   4 1 looked_up
reopened$(of libcublas 12)                        0  18 6 reopened
releases$(of libcublas 13 12 11 10)               1   8 4 releases
plans_of_two$(of libcufft 13 12)                  0   2 1 make_plan_of
plans_of_threads$(of libcufft 13 12 11 10)        0 204 4 make_plan_of
plans_while_others_close$(of libcufft 12 11 10 9) 0  80 0 open_and_plan
plans_by_both$(of libcufft 13)                    0   3 1 make_plan
plans_at_one_place$(of libcufft 12)               0   2 1 make_plan_of
plans_of_plugin,$work/plugin.so                   0   2 1 make_plan
of_plugin,$work/plugin.so                         0   6 2 plugin_make
TABLE

# Five at once: what one of them makes is not counted, which is a loss, and fails the gate.
for case in releases in_child; do
	scene "$case, more than are told apart"
	args=$(of libcublas 13 12 11 10 9)
	# shellcheck disable=SC2086 # a case and its arguments
	tracked "$work/handles" $case ${args//,/ }
	is 'status is 0' $status 0
	holds 'the others are counted' "$handles made == 8 and live == 4"
	holds 'what is not is said' '[.processes[].lost[].what] | unique == ["library_handles"]'
	holds 'and counts' '.summary.lost > 0'
	limited "$VRAMTRACK" gate rec
	is 'the gate is not green' $status 3
	says 'it says why' err 'not covered: .*lost: [0-9]+ uses of CUDA.s libraries not followed'
done

scene 'a linked one after eight others'
copies=()
for i in {1..8}; do copies+=("libcufft.so.9.$i") && cp "$work/9/libcufft.so.9" "libcufft.so.9.$i"; done
tracked "$work/handles" one_too_many "${copies[@]/#/./}"
is 'status is 0' $status 0
holds 'its plan is a loss, as four look-ups are' "$handles made == 0 and [.processes[].lost[] | .what, .count] == [\"library_handles\", 5] and [found] == []"

# The caller, by its address, is then one that knows nothing of the library.
if [ -x /usr/bin/python3 ]; then
	scene 'by a jump, of a library that only Python knows'
	tracked /usr/bin/python3 -c '
import ctypes, sys
cuda, context = ctypes.CDLL("libcuda.so.1"), ctypes.c_void_p()
print(cuda.cuInit(0), cuda.cuDevicePrimaryCtxRetain(ctypes.byref(context), 0), cuda.cuCtxSetCurrent(context))
plugin, handle, kept = ctypes.CDLL(sys.argv[1]), ctypes.c_void_p(), ctypes.c_void_p()
print(plugin.plugin_make(ctypes.byref(handle)), plugin.plugin_make(ctypes.byref(kept)), plugin.plugin_end(handle),
      plugin.plugin_looks())
' "$work/jumps.so"
	is 'status is 0' $status 0
	is 'each did its work' "$(tail -n 1 out)" '0 0 0 1'
	holds 'they are counted, with that of a thread that its constructor waits for' "$handles made == 3 and live == 1"

	scene 'a library that opens the real one at its first call'
	opens='
import ctypes, sys
cuda, context = ctypes.CDLL("libcuda.so.1"), ctypes.c_void_p()
print(cuda.cuInit(0), cuda.cuDevicePrimaryCtxRetain(ctypes.byref(context), 0), cuda.cuCtxSetCurrent(context))
plugin, handle, plan = ctypes.CDLL(sys.argv[1]), ctypes.c_void_p(), ctypes.c_int(-1)
print(plugin.plugin_make(ctypes.byref(handle)), plugin.plugin_make(ctypes.byref(handle)),
      plugin.plugin_make_plan(ctypes.byref(plan)), plan.value, flush=True)
'
	tracked /usr/bin/python3 -c "$opens" "$work/opens.so"
	is 'status is 0' $status 0
	says 'each did its work' out '^0 0 0 0$'
	holds 'they are counted once' "$handles made == 3 and live == 3"
fi

# What the loader does not find it says by malloc, which may be the program's own.
scene 'a program that has none of them'
LD_DEBUG=symbols preloaded "$work/nothing"
is 'status is 0' $status 0
says 'the loader says what it is asked for' err 'symbol=dlsym;'
silent_about 'it is not asked for what is not there' err 'symbol=cu[a-zA-Z]*Create'

scene 'another library in front'
preload_more=$work/in_front.so tracked "$work/handles" linked
is 'status is 0' $status 0
is 'the library was asked' "$(cat out)" 2
holds 'they are counted' "$handles made == 3 and live == 2"

# It wraps what makes handles, and not what ends them. The library's own is found by it, too.
for behind in by_next by_handle; do
	for case in linked plans; do
		scene "another library behind, $behind, $case"
		preload_more=$work/$behind.so native "$work/handles" $case
		alone=$(cat out)
		preload_last=$work/$behind.so preloaded "$work/handles" $case
		is 'status is 0' $status 0
		is 'it is called as without vramtrack' "$(cat out)" "$alone"
		says 'which it is' out '^wrapped: [23]$'
		holds 'they are counted once' "$handles made == 3 and live == ({linked: 2, plans: 1}.$case) and [found] == []"
	done
done

scene 'one a request that is kept'
tracked "$work/handles" server kept
is 'status is 0' $status 0
holds 'is growth, by its line' '[of("growth")[] | .kind, .objects_per_mark, .api] == ["library_handle", 1, "cublasCreate_v2"] and
	any(of("growth")[0].stack[]; .function == "make_handle")'
scene 'one a request that is destroyed'
tracked "$work/handles" server
is 'status is 0' $status 0
holds 'is none' '[found] == [] and all(.processes[]; .growth.told)'
finish
