#!/usr/bin/env bash
# What `vramtrack doctor` says of machines and programs: a line for each thing that can be in the way.
. "$(dirname "$0")/lib.sh"

export VRAMTRACK_SIMULATE=''
unset CUDA_INJECTION64_PATH NVTX_INJECTION64_PATH LD_AUDIT VRAMTRACK_SIMULATE

# doctor [OPTION]... [-- PROGRAM]: on the simulated device, the rows as JSON in rows
doctor() {
	limited "$VRAMTRACK" doctor --simulate --format=json "$@"
	jq -r '.checks[] | "\(.state)|\(.check)|\(.found)|\(.advice)"' out >rows 2>>err
}
# what [STATUS] ROW-PATTERN: such a row is there, and the exit code goes with all rows
found() {
	says "$1" rows "$2"
	is "$1: the exit code" "$status" "$(jq 'if any(.checks[]; .state == "obstacle") then 1 else 0 end' out)"
}
compile() { # FILE OPTION...: main.c
	echo 'int main(void) { return 0; }' >main.c
	"${CC:-cc}" -o "$1" main.c "${@:2}" 2>cc.err
}

scene 'a program in order'
plain=$work/plain
compile "$plain"
limited "$VRAMTRACK" doctor --simulate -- "$HAZARDS/findings" leaks
is 'the exit code' $status 0
is 'the verdict comes first' "$(head -n 1 out)" "vramtrack doctor: $HAZARDS/findings can be tracked"
is 'all is well' "$(grep -vc '^ok ' out)" 1
is 'nothing was run' "$(recordings)" 0
doctor -- "$HAZARDS/findings"
found 'the device' '^ok.driver.the simulated device for CUDA 13'
found 'a shared runtime' "^ok.runtime.shared: $SIMULATE_DIR/libcudart.so.13"
found 'its libraries' '^ok.libraries.[0-9]+, all of them found'
found 'debug information' '^ok.names.it has debug information'
is 'the document' "$(jq -r '.schema, .verdict, .program, .binary' out | tr '\n' ' ')" \
	"vramtrack-doctor/1 ok $HAZARDS/findings $HAZARDS/findings "
doctor
is 'the machine alone' "$status $(jq -c '[.program, .binary]' out)" '0 [null,null]'

scene 'the driver'
mkdir none && : >none/libcuda.so.1
LD_LIBRARY_PATH=$PWD/none limited "$VRAMTRACK" doctor
is 'none: the exit code' $status 1
says 'none' out '^obstacle +driver +libcuda.so.1 was not found'
says 'and what to do' out '^ +-> .*--simulate'
says 'the verdict' out '^vramtrack doctor: this machine cannot be tracked as it is: 1 obstacle$'
LD_LIBRARY_PATH=$SIMULATE_DIR limited "$VRAMTRACK" doctor
says 'one that is there' out '^ok +driver +libcuda.so.1 for CUDA 13'
VRAMTRACK_SIMULATE=nonsense=1 LD_LIBRARY_PATH=$SIMULATE_DIR limited "$VRAMTRACK" doctor
is 'one that does not start: the exit code' $status 1
says 'one that does not start' out '^obstacle +driver .*does not start: cuInit gives 1$'
VRAMTRACK_PRELOAD=$PWD/nowhere doctor
found 'no shim' '^obstacle.vramtrack.cannot find the shim'
VRAMTRACK_SIMULATE_FOLDER=$PWD/none/none doctor
found 'no simulated device' '^obstacle.device.cannot find the simulated device.*install vramtrack again'

scene 'what run refuses, in its words'
other_processor='\0267\0' # as an ELF file says that it is of 64-bit Arm, or of x86-64
[ "$(uname -m)" = x86_64 ] || other_processor='\0076\0'
while IFS='|' read -r file words; do
	case $file in
	static) compile static -static || { skip "$file" 'there is no libc.a'; continue; } ;;
	foreign) cp "$plain" foreign && printf '%b' "$other_processor" | dd of=foreign bs=1 seek=18 conv=notrunc status=none ;;
	musl)
		compile musl || continue
		sed 's|/lib64/ld-linux-x86-64.so.2|/lib/ld-musl-x86_64.so.1\x00\x00\x00|
			s|/lib/ld-linux-aarch64.so.1|/lib/ld-musl-aarch64.so.1\x00|' musl >other && mv other musl && chmod +x musl
		;;
	privileged)
		cp "$plain" privileged
		if [ "$(id -u)" -ne 0 ] || ! chown 65534 privileged || ! chmod u+s privileged; then
			skip "$file" 'only root can make one'
			continue
		fi
		;;
	esac
	doctor -- ./"$file"
	found "$file" "^obstacle.program../$file $words"
	is "$file: what to do" "$(grep -c "^obstacle.program.*|null$" rows)" 0
	limited "$VRAMTRACK" run --simulate -o rec -- ./"$file"
	says "$file: run says the same" err "^vramtrack: ./$file $words"
done <<'TABLE'
static|is statically linked
foreign|is built for another kind of processor than the shim
musl|is for another C library than glibc
privileged|gains privileges
TABLE
if [ -u privileged ] && setpriv --no-new-privs true 2>/dev/null; then
	limited setpriv --no-new-privs "$VRAMTRACK" doctor --simulate -- ./privileged
	says 'where nobody gains privileges, it is an ordinary one' out '^ok +program +./privileged is an ordinary program'
	limited setpriv --no-new-privs "$VRAMTRACK" run --simulate -o rec -- ./privileged
	silent_about 'and to run' err 'gains privileges'
	limited setpriv --no-new-privs "$VRAMTRACK" doctor --simulate
	says 'and that is said' out '^ok +sandbox .*no program gains privileges'
fi

scene 'programs that cannot run'
doctor -- ./missing
is 'missing: as run' "$status $(cat err)" '127 vramtrack: cannot run ./missing: not found'
: >empty
doctor -- ./empty
is 'not executable: as run' "$status $(cut -c 1-49 err)" '126 vramtrack: cannot run ./empty: Permission denied '
compile loader
sed 's|/lib\(6*4*\)/ld-linux|/lix\1/ld-linux|' loader >other && chmod +x other
doctor -- ./other
found 'its loader is missing' '^obstacle.program.*names the loader /lix[64]*/ld-linux-.*, which is missing'
echo 'void f(void) { }' >f.c && "${CC:-cc}" -shared -o libgone.so f.c -Wl,-soname,libgone.so
compile needy ./libgone.so -Wl,--no-as-needed ./libgone.so && mv libgone.so gone
doctor -- ./needy
found 'a library is missing' '^obstacle.libraries.libgone.so was not found'
for line in --nonsense --format=xml; do
	limited "$VRAMTRACK" doctor $line
	is "doctor $line is a wrong command line" $status 2
done

scene 'scripts and launchers'
printf '#!%s\nLD_PRELOAD=mine ./app\n' "$BASH" >script && chmod +x script
doctor -- ./script
found 'the interpreter is what is looked at' "^ok.program../script is a script: what is looked at is .*bash"
found 'and its text' '^attention.launcher.*./script, line 2, sets LD_PRELOAD'
printf '#!/usr/bin/env -S sh -e\ntrue\n' >script
doctor -- ./script
found 'env looks for it' "^ok.program../script is a script: what is looked at is .*/sh"
printf '#!./script\n' >loop && chmod +x loop && printf '#!./loop\n' >script
doctor -- ./script
is 'scripts in a circle end' "$status" 1
cp "$plain" mpirun && cp "$plain" docker
doctor -- ./mpirun
found 'a launcher' '^attention.launcher.mpirun .*mpirun vramtrack run'
doctor -- ./docker
found 'a container' '^obstacle.launcher.docker .*inside of the container'

scene 'what it is made of'
compile bare -s -Wl,--build-id=none
doctor -- ./bare
found 'stripped' '^attention.names.stripped: .*build it with -g'
found 'no build-id' '^attention.names.no build-id'
compile untabled -fno-asynchronous-unwind-tables -g
strip -R .eh_frame -R .eh_frame_hdr untabled 2>/dev/null
doctor -- ./untabled
found 'no unwind tables' '^attention.stacks.no unwind tables'
if compile sanitized -fsanitize=address; then
	doctor -- ./sanitized
	found 'AddressSanitizer' '^ok.sanitizer.AddressSanitizer: '
else
	skip 'AddressSanitizer' 'its runtime is not installed'
fi
doctor -- "$HAZARDS/namespaces"
found 'namespaces' '^attention.namespaces..*/namespaces uses dlmopen.*--route=audit'
if [ -x "$HAZARDS/static_runtime" ]; then
	doctor -- "$HAZARDS/static_runtime"
	found 'a static runtime' '^obstacle.runtime.the CUDA runtime is linked in.*-cudart shared'
fi
doctor -- "$HAZARDS/linked"
found 'linked to the driver or the runtime' '^ok.runtime.(shared|none: linked to the driver)'
python=$(PATH=/usr/bin:/bin type -P python3)
if [ -n "$python" ]; then
	doctor -- "$python" -c pass
	found 'Python' '^(ok.Python.3\.[0-9]+: stacks have its functions|attention.Python.a version)'
	cp "$(readlink -f "$python")" python3.99
	doctor -- ./python3.99
	found 'a Python that is not known' '^attention.Python.a version that is not among those known, 3.8 to 3.14'
fi

scene 'preloaded libraries'
cp "$libraries/liblimiter.so" libvgpu.so
LD_PRELOAD=$PWD/libvgpu.so doctor -- "$HAZARDS/findings"
found 'a limiter by its name' '^attention.preloads.LD_PRELOAD names .*/libvgpu.so: HAMi-core.*--route=audit'
LD_PRELOAD=$libraries/liblimiter.so doctor -- "$HAZARDS/findings"
found 'one by what it does' '^attention.preloads.*liblimiter.so: a library that wraps driver functions'
LD_PRELOAD=$libraries/libmalloc_preload.so doctor -- "$HAZARDS/findings"
found 'an ordinary one' '^ok.preloads.LD_PRELOAD names .*libmalloc_preload.so, which stays before the shim'
if [ -z "$(sanitizer_runtime 2>/dev/null)" ]; then
	LD_PRELOAD=$VRAMTRACK_PRELOAD doctor -- "$HAZARDS/findings"
	found 'the shim itself' '^ok.preloads.LD_PRELOAD has the shim already'
fi
LD_PRELOAD="$PWD/nowhere.so $libraries/libmalloc_preload.so" doctor -- "$HAZARDS/findings" 2>/dev/null
found 'one that is not there' '^attention.preloads.LD_PRELOAD names .*/nowhere.so, which is no library'
LD_AUDIT=$libraries/libaudit.so doctor
found 'an auditor' '^attention.other tools.LD_AUDIT names '
CUDA_INJECTION64_PATH=/opt/tool.so doctor
found 'another tool of the driver' '^attention.other tools.CUDA_INJECTION64_PATH names /opt/tool.so.*--source=cupti'
VRAMTRACK_OPTIONS=depth=none doctor
found 'bad options' '^obstacle.options.*depth'

scene 'limits'
limited bash -c 'ulimit -f 1024; exec "$0" doctor --simulate' "$VRAMTRACK"
says 'small files' out '^attention +file size +files may have 1024 KiB'
limited bash -c 'ulimit -f 4; exec "$0" doctor --simulate' "$VRAMTRACK"
says 'files too small for any recording' out '^obstacle +recordings +cannot write recordings in .: File too large'
is 'the exit code' $status 1
doctor -o missing/folder
found 'a folder that is not there yet' '^(ok|attention).recordings'
is 'is not made' "$(ls -d missing 2>/dev/null)" ''
: >file
doctor -o file
found 'a file in its place' '^obstacle.recordings.cannot write recordings in file: Not a directory'
if unshare -m true 2>/dev/null; then apart=(unshare -m); else apart=(unshare -rm); fi
if "${apart[@]}" true 2>/dev/null; then
	mkdir disk
	# shellcheck disable=SC2016 # it is the other shell's
	limited "${apart[@]}" bash -c 'mount -t tmpfs -o size=1M none disk && exec "$0" doctor --simulate -o disk' "$VRAMTRACK"
	says 'a small disk' out '^attention +recordings +disk has (0|1) MiB left'
	# shellcheck disable=SC2016
	limited "${apart[@]}" bash -c 'mount -t tmpfs -o size=1G none disk && exec "$0" doctor --simulate -o disk' "$VRAMTRACK"
	says 'a folder in memory' out '^attention +recordings +disk lies in memory'
	# shellcheck disable=SC2016
	limited "${apart[@]}" bash -c 'mount -t tmpfs -o size=16K none disk && exec "$0" doctor --simulate -o disk' "$VRAMTRACK"
	says 'a full disk' out '^obstacle +recordings +cannot write recordings in disk: No space left on device'
else
	skip 'disks' 'no mount namespace can be made here'
fi

scene 'hostile names'
mkdir $'a\033[31m\nb' && cp "$plain" $'a\033[31m\nb/plain'
limited "$VRAMTRACK" doctor --simulate -- $'a\033[31m\nb/plain'
is 'no byte of it moves the cursor' "$(tr -d '\n' <out | tr -cd '\000-\037' | wc -c)" 0
doctor -- $'a\033[31m\nb/plain'
is 'and the document has it' "$(jq -r .program out)" $'a\033[31m\nb/plain'
head -c 4096 "$plain" >short && chmod +x short
doctor -- ./short
is 'a file that is cut short ends nothing' "$((status < 2))" 1
limited bash -c '"$@" >/dev/full' sh "$VRAMTRACK" doctor --simulate
is 'a full device' "$status $(grep -c 'No space left' err)" '5 1'

finish
