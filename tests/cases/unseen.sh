#!/usr/bin/env bash
# Processes that nobody saw: the gate is not green beside them, and names each.
. "$(dirname "$0")/lib.sh"

here=$(cd "$(dirname "$0")" && pwd)
: "${VRAMTRACK_SUPPRESSIONS_FOLDER:=$here/../../data/suppressions}"
export VRAMTRACK_SUPPRESSIONS_FOLDER F=$HAZARDS/findings VRAMTRACK
findings=$HAZARDS/findings

gated() { # [OPTION...] -- PROGRAM [ARGUMENT...]
	seconds=20 limited "$VRAMTRACK" gate --simulate -o rec "$@"
}
# A process that is recorded, and then the command line.
beside() { gated "${options[@]}" -- bash -c '"$F" clean; '"$1"; }
options=()
is_clean() {
	is 'clean' $status 0
	silent_about 'and nothing is said to be unseen' err 'not seen|not covered'
}
is_uncovered() { # PATTERN: of the sentence
	is 'not covered' $status 3
	says 'the process is named, and why' err "^vramtrack gate: (findings: .*)?not covered: $1"
}

# ---- What is clean -----------------------------------------------------------------------------

while IFS= read -r line; do
	scene "beside a recorded process: $line"
	beside "$line"
	is_clean
done <<'TABLE'
echo text | tr a-z A-Z | sort | uniq -c | sed p | wc -l
"$F" clean & wait
(sleep 0.1; "$F" clean) & exit 0
nothing_of_that_name 2>/dev/null; ./neither 2>/dev/null; true
printf 'echo a script without a first line\n' >script; chmod +x script; ./script; sh -c ./script
env -i /bin/true; env -u LD_PRELOAD /bin/true
find . -maxdepth 0 -exec true \; ; echo a | xargs -n 1 echo; timeout 5 true; nohup true 2>/dev/null
(exec "$F" clean)
kill -9 $BASHPID & wait; true
echo a | env -i cat; cd /bin && env -i ./true; (cd / && env -i bin/true)
sleep 3 >/dev/null 2>&1 & exit 0
setsid setsid sh -c "sleep 3 >/dev/null 2>&1 & exit" & wait
TABLE

scene 'a search for libraries, as ctypes does it'
if [ -x /sbin/ldconfig ]; then
	beside 'env -i LC_ALL=C /sbin/ldconfig -p >/dev/null'
	is_clean
else skip 'ldconfig' 'there is none'; fi

# ---- What is not --------------------------------------------------------------------------------

# the sentence | the command line
while IFS='|' read -r sentence line; do
	scene "beside a recorded process: $line"
	beside "$line"
	is_uncovered "$sentence"
done <<'TABLE'
findings, process [0-9]+: it could not be recorded in .*/rec: File too large|ulimit -f 10; "$F" leaks 2>/dev/null
findings, process [0-9]+: it was recorded in .*/elsewhere, not in the folder of this run|VRAMTRACK_OPTIONS=output=elsewhere:report=0 "$F" leaks
findings, process [0-9]+: the shim was not in it: it was started without LD_PRELOAD|env -i LD_LIBRARY_PATH="$LD_LIBRARY_PATH" "$F" leaks
findings, process [0-9]+: the shim was not in it: it was started without LD_PRELOAD|env -u LD_PRELOAD "$F" leaks
findings, process [0-9]+: the shim was not in it: it was started without LD_PRELOAD or VRAMTRACK_PAGE|env -u VRAMTRACK_PAGE -u VRAMTRACK_RUN "$F" leaks
findings, process [0-9]+: it was recorded in .* without the number of this run|env -u VRAMTRACK_RUN "$F" leaks
findings, process [0-9]+ and 2 more: the shim was not in it|for i in 1 2 3; do env -u LD_PRELOAD "$F" leaks; done
bash, process [0-9]+: the shim was not in it|env -i bash -c true
findings, process [0-9]+: its recording in .*/rec is not there any more|"$F" leaks; rm -f "$(ls -t rec/* | head -n 1)"
TABLE

scene 'a statically linked program'
if readelf -lW /sbin/ldconfig 2>/dev/null | grep -q LOAD && ! readelf -lW /sbin/ldconfig | grep -q INTERP; then
	cp /sbin/ldconfig static_one
	beside './static_one -p >/dev/null'
	is_uncovered 'static_one, process [0-9]+: the shim was not in it: it is statically linked'
	options=(--allow-unseen 'static_*')
	beside './static_one -p >/dev/null'
	is 'allowed by its name' $status 0
	options=()
	printf '[gate]\nallow-unseen = sudo, static_one\n' >policy
	gated --policy policy -- bash -c '"$F" clean; ./static_one -p >/dev/null'
	is 'and in a policy' $status 0
	gated --policy policy -- bash -c '"$F" clean; env -u LD_PRELOAD "$F" clean'
	is 'others are not' $status 3
else skip 'all' 'ldconfig is not statically linked here'; fi

scene 'a static program that is position-independent starts one'
cat >launcher.c <<'EOF'
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int count, char **arguments)
{
	if (count > 1 && fork() == 0) {
		clearenv();
		execv(arguments[1], arguments + 1);
		_exit(127);
	}
	wait(NULL);
	return 0;
}
EOF
if ${CC:-cc} -fPIE -static-pie launcher.c -o launcher 2>/dev/null; then
	beside "'$PWD/launcher' \"\$F\" leaks"
	is_uncovered 'launcher, process [0-9]+: the shim was not in it: it is statically linked'
else skip 'all' 'the compiler makes no such program here'; fi

scene 'the loader runs a program, without the shim'
loader=$(readelf -lW "$findings" | sed -n 's/.*interpreter: \(.*\)]/\1/p')
beside "env -i LD_LIBRARY_PATH=\"\$LD_LIBRARY_PATH\" $loader \"\$F\" leaks"
is_uncovered '.*, process [0-9]+: the shim was not in it: it was started without LD_PRELOAD'

scene 'a program that gains privileges'
if [ "$(id -u)" = 0 ] && ! findmnt -no OPTIONS -T . | grep -q nosuid; then
	cp "$findings" privileged && chgrp 65534 privileged && chmod 2755 privileged
	beside './privileged leaks 2>/dev/null; true'
	is_uncovered 'privileged, process [0-9]+: the shim was not in it: it gains privileges'
else skip 'all' 'needs root, and a file system without nosuid'; fi

# Each function of libc that starts a program.
for form in execve execv execvp execvpe execl execlp execle fexecve execveat posix_spawn posix_spawnp \
	system popen; do
	scene "started by $form"
	gated -- "$HAZARDS/starts" $form whole "$findings" clean
	is 'with the shim it is clean' $status 0
	gated -- bash -c '"$F" clean; "$@"' - "$HAZARDS/starts" $form bare "$findings" leaks
	is_uncovered '.*findings.*: the shim was not in it'
done

scene 'a disk that fills between two processes'
if [ "$(id -u)" = 0 ] && unshare -m true 2>/dev/null; then
	# shellcheck disable=SC2016
	seconds=20 limited unshare -m bash -c 'mount -t tmpfs -o size=2m none rec && "$VRAMTRACK" gate \
		--simulate -o rec -- bash -c "$1"' - \
		'"$F" clean; head -c 4M /dev/zero >rec/fill 2>/dev/null; "$F" leaks 2>/dev/null'
	is_uncovered 'findings, process [0-9]+: it could not be recorded in .*/rec: No space left on device'
else skip 'all' 'needs root, for a small file system'; fi

scene 'a worker of another user'
as_other='setpriv --reuid=65534 --clear-groups'
chmod 711 "$work" && chmod 755 . rec
# shellcheck disable=SC2086
if [ "$(id -u)" = 0 ] && $as_other test -x "$findings" && $as_other test -x "$VRAMTRACK_PRELOAD"; then
	beside "$as_other \"\$F\" leaks 2>/dev/null"
	is_uncovered 'findings, process [0-9]+: it could not be recorded in .*/rec: Permission denied'
	beside "$as_other sh -c 'ls / | wc -l; true'"
	is 'one that uses no device is clean' $status 0
	chmod 777 rec
	beside "$as_other sh -c '\"\$F\" leaks; true'"
	is 'one that can write is recorded' $status 1
	silent_about 'and all is seen' err 'not covered'
else skip 'all' 'needs root, and programs that another user may run'; fi

# ---- What outlives the command --------------------------------------------------------------------

scene 'a process in the background outlives the command'
began=$SECONDS
beside '(sleep 3; "$F" leaks) >/dev/null 2>&1 & exit 0'
is_uncovered '.*bash, process [0-9]+: it outlived the command'
[ $((SECONDS - began)) -le 2 ]
is 'nobody waits for it' $? 0
tracked /bin/bash -c '"$F" clean; (sleep 3; true) >/dev/null 2>&1 & exit 0'
is 'run: the status is that of the program' $status 0
is 'and one line says it' "$(grep -c 'not seen: bash, process [0-9]*: it outlived the command' err)" 1

scene 'a daemon'
beside 'setsid setsid sh -c "(sleep 3; true) >/dev/null 2>&1 & exit" & wait'
is_uncovered '.*sh, process [0-9]+: it outlived the command'

scene 'one into which another library is preloaded'
printf 'int nothing;\n' >other.c && ${CC:-cc} -shared -o other.so other.c
beside 'LD_PRELOAD="$LD_PRELOAD:$PWD/other.so" sleep 3 >/dev/null 2>&1 & exit 0'
is_uncovered 'sleep, process [0-9]+: it outlived the command'

scene 'children that were there before the command'
# shellcheck disable=SC2016
seconds=20 limited bash -c 'sleep 3 & exec "$VRAMTRACK" gate --simulate -o rec -- "$F" clean'
is_clean

# ---- Runs in runs ---------------------------------------------------------------------------------

scene 'a run inside a run'
unaccounted='the inner run has the recording'
tracked "$VRAMTRACK" run --simulate -o inner -- "$findings" leaks
is 'status is 0' $status 0
says 'the outer says who recorded' err \
	'^vramtrack: not seen: findings, process [0-9]+: it was recorded by another vramtrack .* in .*/inner'
silent_about 'and not that nothing was allocated' err 'made no device allocation'
beside '"$VRAMTRACK" run --simulate -o inner --no-report -- "$F" leaks 2>/dev/null'
is_uncovered 'findings, process [0-9]+: it was recorded by another vramtrack'
beside '"$VRAMTRACK" run --simulate -o inner --no-report -- true 2>/dev/null'
is 'an inner run without device memory is clean' $status 0

# ---- The page -------------------------------------------------------------------------------------

scene 'the folder goes away'
unaccounted='the recording is removed'
tracked /bin/bash -c '"$F" clean; rm -r rec'
is 'run ends as the program' $status 0
is 'and says it in one line' "$(grep -c '^vramtrack: ' err)" 1
gated -- bash -c '"$F" clean; rm -r rec'
is 'the gate is not green' $status 3

# shellcheck disable=SC2016
page='page=${VRAMTRACK_PAGE%%[:;]*}; second=${VRAMTRACK_PAGE#*:}; [ "$second" = "$VRAMTRACK_PAGE" ] && second=$page'
while IFS= read -r line; do
	scene "a page that a program writes to: $line"
	beside "$page; $line"
	[ $status -eq 3 ] || [ $status -eq 0 ]
	is "it ends with a verdict, here $status" $? 0
done <<'TABLE'
head -c 1200000 /dev/urandom | dd of=$page conv=notrunc bs=1M 2>/dev/null; "$F" clean
head -c 1200000 /dev/urandom | dd of=$second conv=notrunc bs=1M 2>/dev/null; "$F" clean
yes | head -c 1000000 | dd of=$page conv=notrunc bs=1M 2>/dev/null; "$F" clean
: >$page; "$F" clean
: >$second; "$F" clean
rm -f "$second"; "$F" clean
TABLE

scene 'a program that is something else by now'
beside 'cp "$F" gone; env -u LD_PRELOAD ./gone clean; rm gone; mkfifo gone'
is_uncovered 'gone, process [0-9]+: the shim was not in it'

scene 'more recordings than there is room for'
# shellcheck disable=SC2016 # "used", the 32 bits at offset 20, says that the page is nearly full
beside 'printf "\\001\\014" | dd of="${VRAMTRACK_PAGE%%[:;]*}" bs=1 seek=20 conv=notrunc 2>/dev/null
	"$F" clean; "$F" clean; "$F" clean'
is 'they are counted, and all there' $status 0
beside 'printf "\\001\\014" | dd of="${VRAMTRACK_PAGE%%[:;]*}" bs=1 seek=20 conv=notrunc 2>/dev/null
	"$F" clean; "$F" clean; VRAMTRACK_OPTIONS=output=elsewhere:report=0 "$F" clean'
is_uncovered 'the run: 1 of its recordings are not in its folder'

scene 'a page that is none'
mkfifo pipe
for value in pipe /dev/null /etc/passwd "$PWD/rec" '' ':;:;;' "$(printf 'x%.0s' {1..5000})"; do
	beside "VRAMTRACK_PAGE='$value' \"\$F\" clean"
	[ $status -eq 3 ] || [ $status -eq 0 ] # it is recorded all the same
	is "it ends with a verdict, with ${value:0:20}" $? 0
done

# Its own page: other runs may be at work beside this one.
scene 'nothing is left of it'
# shellcheck disable=SC2016
tracked /bin/bash -c "$page"'; ls -d "${second%/*}" "$second"; "$F" clean'
is 'the page is in /dev/shm while it runs' "$(grep -c '^/dev/shm/vramtrack-' out)" 2
is 'no file' "$(xargs -d '\n' ls -d <out 2>/dev/null)" ''

finish
