#!/usr/bin/env bash
# Handles of CUDA's libraries are counted, with the stack that made them, and each call goes to the
# library that it would go to without the shim. The libraries are stand-ins: their names, symbols
# and symbol versions are those of the real ones.
. "$(dirname "$0")/lib.sh"
: "${CUDA_INCLUDE:?}"
no_report=(--no-report)

# library VERSION: libcublas.so.VERSION in the folder $work/VERSION
library() {
	mkdir "$work/$1" &&
		printf 'libcublas.so.%s { global: cublas*; cufft*; handles_there; local: *; };\n' "$1" >"$work/$1/versions" &&
		gcc -g -O1 -fPIC -shared "-DVERSION=$1" -Wl,-soname,"libcublas.so.$1" "-Wl,--version-script=$work/$1/versions" \
			-o "$work/$1/libcublas.so.$1" "$sources/handles_library.c"
}
programs() {
	gcc -g -O1 -fno-optimize-sibling-calls -fPIC -shared -o "$work/plugin.so" "$sources/handles_plugin.c" \
		"$work/12/libcublas.so.12" "-Wl,-rpath,$work/12" -ldl &&
		gcc -g -O2 -fPIC -shared -DIN_CONSTRUCTOR -o "$work/jumps.so" "$sources/handles_plugin.c" \
			"$work/13/libcublas.so.13" "-Wl,-rpath,$work/13" -ldl -lpthread &&
		gcc -g -O1 -fPIC -shared -DIN_FRONT -o "$work/in_front.so" "$sources/handles_plugin.c" -ldl &&
		gcc -g -O1 -fno-optimize-sibling-calls "-I$CUDA_INCLUDE" "-I$sources" -o "$work/handles" \
			"$sources/library_handles.c" "$work/13/libcublas.so.13" "$SIMULATE_DIR/libcuda.so.1" \
			"-Wl,-rpath,$work/13" -ldl
}
scene 'stand-ins'
if { library 13 && library 12 && programs; } 2>build.err; then
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
linked                                                                  2 3 2 make_handle
early                                                                   0 1 0 make_handle
plans                                                                   0 3 1 make_plan
refused                                                                 1 1 1 make_handle
looked_up,$work/12/libcublas.so.12,$work/13/libcublas.so.13             0 3 1 looked_up
reopened,$work/12/libcublas.so.12                                         0 6 2 reopened
of_plugin,$work/plugin.so                                               0 6 2 plugin_make
TABLE

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
fi

scene 'another library in front'
preload_more=$work/in_front.so tracked "$work/handles" linked
is 'status is 0' $status 0
is 'the library was asked' "$(cat out)" 2
holds 'they are counted' "$handles made == 3 and live == 2"

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
