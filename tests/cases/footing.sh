#!/usr/bin/env bash
# The command itself under hard limits, with output that cannot be written, and when it is
# signalled: it says why, leaves nothing half-written, and can be ended.
. "$(dirname "$0")/lib.sh"

: "${VRAMTRACK_SUPPRESSIONS_FOLDER:?folder of the rules that come with vramtrack}"

scene 'a small stack'
tracked findings leaks
for kilobytes in 64 160; do
	limited bash -c "ulimit -s $kilobytes; exec \"\$@\"" sh "$VRAMTRACK" report rec
	is "report with $kilobytes KiB" $status 0
	says 'is whole' out '^vramtrack: 1 leak'
	limited bash -c "ulimit -s $kilobytes; exec \"\$@\"" sh "$VRAMTRACK" gate rec
	is "gate with $kilobytes KiB" $status 1
done

scene 'files that may not grow'
tracked findings leaks
limited bash -c 'ulimit -f 1; exec "$@"' sh "$VRAMTRACK" gate --report json=r.json \
	--report sarif=r.sarif --report junit=r.xml rec
is 'the verdict stands' $status 1
for file in r.json r.sarif r.xml; do
	says "$file: the reason" err "cannot write the report to $file: File too large"
done
is 'nothing half-written stays' "$(find . -name 'r.*' | wc -l)" 0
limited bash -c 'ulimit -f 1; exec "$@"' sh "$VRAMTRACK" report --format=json -o r.json rec
is 'report fails' $status 5
says 'and says why' err 'cannot write the report to r.json: File too large'
limited bash -c 'ulimit -f 1; exec "$@"' sh "$VRAMTRACK" run -o rec -- \
	bash -c 'head -c 4096 /dev/zero >large'
is 'the program is ended as it is alone' $status 153

scene 'the reason is not lost'
tracked findings leaks
for format in text json html markdown junit sarif github gitlab; do
	limited "$VRAMTRACK" gate --report $format=/dev/full rec
	says $format err 'cannot write the report to /dev/full: No space left on device'
done
is 'one line only' "$(grep -c 'cannot write' err)" 1
limited bash -c '"$@" 2>gate_err | true' sh "$VRAMTRACK" gate --report json=- rec
silent_about 'a reader that went away is no input or output error' gate_err 'Input/output|the report: '
for format in text json html; do
	limited bash -c '"$@" >/dev/full' sh "$VRAMTRACK" report --format=$format rec
	says "report as $format" err 'standard output: No space left on device'
done

scene 'a link that another user put there'
tracked findings leaks
echo mine >precious
ln -s precious own_link && ln -s own_link link_to_link
if [ "$(id -u)" = 0 ] && ln -s precious foreign_link && chown -h 65534 foreign_link; then
	ln -s foreign_link link_to_foreign
	for link in foreign_link link_to_foreign; do
		for how in "gate --report json=$link" "report -o $link" "diff -o $link rec"; do
			# shellcheck disable=SC2086
			limited "$VRAMTRACK" $how rec
			is "$how: fails" $status 5
			says "$how: says why" err "$link: it is a symbolic link that another user put there"
		done
		limited "$VRAMTRACK" run --report-file=$link -- true
		is "run --report-file=$link: fails" $status 5
	done
	is 'what it leads to is as it was' "$(cat precious)" mine
	ln -s not_yet foreign_baseline && chown -h 65534 foreign_baseline
	limited "$VRAMTRACK" gate --update-baseline --baseline foreign_baseline rec
	is 'a baseline: fails' $status 5
	says 'a baseline: says why' err 'foreign_baseline: it is a symbolic link that another'
else
	skip 'it is refused' 'only root can make one'
fi
limited "$VRAMTRACK" gate --report json=link_to_link rec
is 'an own link is followed' "$(jq -r .schema precious)" vramtrack-report/1
is 'and stays' "$(readlink link_to_link)" own_link

scene 'SIGINT to the command alone'
mkfifo input
for signal in INT QUIT; do
	rm -f out
	(trap - INT QUIT; exec env LD_LIBRARY_PATH="$SIMULATE_DIR" "$VRAMTRACK" run --simulate \
		-o rec -- "$HAZARDS/endings" waits) <input >out 2>err &
	child=$!
	exec 9>input
	for _ in $(seq 100); do grep -q ready out && break; sleep 0.1; done
	kill -$signal $child
	{ wait $child; } 2>/dev/null
	status=$?
	exec 9>&-
	is "SIG$signal reaches the program" $status $((128 + $(kill -l $signal)))
	says 'and the report is made' err '^vramtrack: '
done

scene 'a report that nobody reads'
mkfifo pipe
# shellcheck disable=SC2217 # it holds the pipe open, and does not read
sleep 30 <pipe &
reader=$!
(head -c 65536 /dev/zero >&2; exec "$VRAMTRACK" run --simulate -o rec -- "$HAZARDS/findings" leaks) \
	2>pipe >out &
child=$!
for _ in $(seq 100); do
	[ "$(recordings)" = 1 ] && ! pgrep -P $child >/dev/null && break
	sleep 0.1
done
sleep 0.3
kill -TERM $child
for _ in $(seq 50); do kill -0 $child 2>/dev/null || break; sleep 0.1; done
kill -0 $child 2>/dev/null
is 'SIGTERM ends the command' $? 1
kill -KILL $child $reader 2>/dev/null
{ wait $child $reader; } 2>/dev/null

scene "gcc's AddressSanitizer"
cat >asan.c <<'END'
#include <cuda_runtime_api.h>
#include <stdlib.h>
int main(void)
{
	void *memory;
	char *plain = malloc(8);

	if (cudaMalloc(&memory, 4096))
		return 9;
	free(plain);
	return 3;
}
END
if gcc -g -fsanitize=address -isystem "${CUDA_INCLUDE:?}" asan.c -o asan \
	"$SIMULATE_DIR/$CUDART" 2>/dev/null && native ./asan && [ "$status" = 3 ]; then
	tracked ./asan
	is 'the program starts and ends as alone' $status 3
	holds 'and its leak is found' 'bytes("leak") == 4096'
	# The sanitizer stands in front of libc's functions, also for the shim: what the shim reads of
	# the program's own data may lie between two variables, where none of them may read.
	cat >lazy.c <<'END'
#include <cuda_runtime_api.h>
#include <dlfcn.h>
const char first[] = "read only, with room for the sanitizer after it";
int main(int arguments, char **values)
{
	void *memory;

	if (arguments > 1)
		return dlsym(RTLD_DEFAULT, values[1]) != 0;
	if (cudaMalloc(&memory, 4096))
		return 9;
	return 3 + (first[0] != 'r');
}
END
	gcc -g -fsanitize=address -Wl,-z,lazy -isystem "$CUDA_INCLUDE" lazy.c -o lazy \
		"$SIMULATE_DIR/$CUDART" 2>gcc.log
	tracked ./lazy
	is 'one that looks up later: ends as alone' $status 3
	holds 'and its leak is found, too' 'bytes("leak") == 2 * 4096'
	ASAN_OPTIONS=exitcode=7 tracked "$(type -P env)"
	says "the user's options stay, and count" out '^ASAN_OPTIONS=.*:exitcode=7$'
else
	skip 'the program starts' 'such a program cannot be built or started here'
fi

scene 'a program of another C library'
if command -v patchelf >/dev/null; then
	cp "$(type -P true)" foreign
	ln -s "$(patchelf --print-interpreter foreign)" ld-musl-x86_64.so.1
	patchelf --set-interpreter "$PWD/ld-musl-x86_64.so.1" foreign
	tracked ./foreign
	is 'it runs' $status 0
	says 'one line says so' err 'foreign is for another C library than glibc'
	limited "$VRAMTRACK" gate --simulate -o rec -- ./foreign
	is 'the gate does not take it for clean' $status 3
else
	skip 'it runs' 'patchelf is not installed (package patchelf)'
fi

finish
