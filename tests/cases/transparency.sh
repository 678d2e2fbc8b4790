#!/usr/bin/env bash
# Nothing else changes for the program: the same run alone, under the command
# and under LD_PRELOAD gives the same output, the same errors, the same status.
. "$(dirname "$0")/lib.sh"

# compared TITLE PROGRAM [ARGUMENT...]; $wanted is its status
compared() {
	: "${wanted:?}"
	local name=$1 way
	shift
	for way in tracked preloaded; do
		scene "$name, $way"
		native "$@"
		mv out native.out
		is 'the program works alone' $status "$wanted"
		$way "$@"
		is 'same status' $status "$wanted"
		same_files 'same output' out native.out
	done
}

wanted=0 compared 'results, errno, last error, dlerror, descriptors, signals' transparency
wanted=0 compared 'names and versions of functions' abi
wanted=0 compared 'C++ exceptions and the unwinder' exceptions
holds 'only the one leak' 'bytes("leak") == MiB and count("leak") == 1'
says 'the unwinder is that of libgcc' out '_Unwind_RaiseException: libgcc_s'
says 'backtrace is that of libc' out 'backtrace: libc\.so'
wanted=0 compared 'dlopen by bare name through RUNPATH' runpath
is 'the library was found' "$(cat out)" 42
wanted=0 compared 'a program with its own dlsym' own_dlsym
holds 'linked calls are seen' 'bytes("leak") == 2 * MiB'
wanted=0 compared 'a program with its own malloc' recursion own_malloc
holds 'its leaks are seen' 'bytes("leak") == 2 * MiB and count("leak") == 2'
wanted=0 compared 'runtime kinds' runtime_kinds pitched
wanted=0 compared 'double free' findings double_free
wanted=0 compared 'out of memory' findings out_of_memory
wanted=7 compared 'a status of its own' findings clean_but_fails

# Without any driver: the folder of the simulated one is not given.
scene 'no driver'
library_path=$PWD native without_driver
mv out native.out
is 'the program works alone' $status 5
library_path=$PWD preloaded without_driver
is 'same status' $status 5
same_files 'same output' out native.out
is 'no recording' "$(recordings)" 0
is 'nothing is said' "$(cat err)" ''
limited "$VRAMTRACK" run -o rec -- "$HAZARDS/without_driver"
is 'same status under the command' $status 5
same_files 'same output under the command' out native.out

scene 'a program that has nothing to do with CUDA'
preloaded /bin/cat /proc/self/maps
is 'status is 0' $status 0
says 'the shim is loaded' out 'libvramtrack_preload'
silent_about 'no driver, no unwinder, no C++ is loaded for it' out 'libcuda|libunwind|libstdc|libgcc_s'
is 'it leaves no recording' "$(recordings)" 0
is 'nothing is said' "$(cat err)" ''

scene 'what the shim needs'
# Before 2.34 two parts of the C library are libraries of their own.
is 'only libc' "$(readelf -d "$VRAMTRACK_PRELOAD" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' |
	grep -vE '^(ld-linux|libdl\.so\.2$|libpthread\.so\.0$)')" libc.so.6
readelf -W --dyn-syms "$VRAMTRACK_PRELOAD" |
	awk '$5 == "GLOBAL" && $7 != "UND" || $5 == "WEAK" && $7 != "UND" {sub(/@.*/, "", $8); print $8}' | sort -u >exported
is 'it exports the functions it wraps and names of its own, nothing else' \
	"$(grep -Ev '^(cu[A-Z]|dlsym$|dlclose$|execv?p?e?$|execlp?e?$|execveat$|fexecve$|posix_spawnp?$|system$|popen$|sigaction$|(bsd_|s|(__)?sysv_)?signal$|sigprocmask$|pthread_sigmask$|InitializeInjectionNvtx2$|(cublas(Lt)?|cudnn|cusparse|cusolver(Dn|Sp|Rf)|cutensor)(Create|Destroy)(_v2)?$|curand(Create|Destroy)Generator$|cufft(Create|Destroy|Plan[123]d|PlanMany)$|_ZN3c1027reportMemoryUsageToProfilerEPvlmmNS_6DeviceE$|vramtrack_)' exported)" ''

# Other preloaded libraries, before and after ours.
for place in first last; do
	scene "another malloc, $place"
	export MALLOC_PRELOAD_CALLS=1
	preload_more=$libraries/libmalloc_preload.so native linked runtime
	mv out native.out
	declare "preload_$place=$libraries/libmalloc_preload.so"
	preloaded linked runtime
	unset MALLOC_PRELOAD_CALLS preload_first preload_last
	is 'status is 0' $status 0
	same_files 'same output' out native.out
	holds 'leaks are seen' 'bytes("leak") == 2 * MiB and count("leak") == 2'
done

# The one before ours finds our function with RTLD_NEXT, as it would the
# driver's. The other order is told against in vramtrack-preload(7).
scene 'another cuMemAlloc, before ours'
preload_more=$libraries/libdriver_preload.so native linked driver
mv out native.out
says 'it sees calls alone' native.out 'driver_preload: 3 calls'
preload_first=$libraries/libdriver_preload.so
preloaded linked driver
unset preload_first
is 'status is 0' $status 0
same_files 'it sees the same calls' out native.out
holds 'each leak is counted once' 'bytes("leak") == 2 * MiB and count("leak") == 2'

scene 'a preload of the user under the command'
preload_more=$libraries/libdriver_preload.so
tracked linked driver
says 'it sees the same calls' out 'driver_preload: 3 calls'
holds 'each leak is counted once' 'bytes("leak") == 2 * MiB and count("leak") == 2'

scene 'the environment of the program'
tracked /usr/bin/env
grep -Ev '^(LD_PRELOAD|LD_LIBRARY_PATH|VRAMTRACK_[A-Z]*|ASAN_OPTIONS|_)=' out | sort >tracked.env
env | grep -Ev '^(LD_PRELOAD|LD_LIBRARY_PATH|VRAMTRACK_[A-Z]*|ASAN_OPTIONS|_)=' | sort >own.env
same_files 'nothing else is changed in it' tracked.env own.env

scene 'standard input'
printf 'a\nb\n' >typed
input=typed tracked /bin/cat
is 'is the program'\''s' "$(cat out)" "$(printf 'a\nb')"

finish
