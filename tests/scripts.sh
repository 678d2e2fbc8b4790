#!/usr/bin/env bash
# What the scripts say before anything slow: of a folder that will not do, of a toolkit that will
# not do, of their options; and that the package table has what the tests ask for.
set -u
cd "$(dirname "$0")/.." || exit 99
export LC_ALL=C
tree=$PWD
work=$(mktemp -d "${TMPDIR:-/tmp}/vramtrack-scripts.XXXXXX") || exit 99
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
checks=0 failed=0

ok() { # WHAT STATUS; what was seen is in $work/seen
	checks=$((checks + 1))
	if [ "$2" -eq 0 ]; then echo "ok $checks - $1"; else
		failed=1
		echo "not ok $checks - $1"
		head -n 8 "$work/seen" | sed 's/^/#   /'
	fi
}

# refused WHAT PATTERN COMMAND...: it ends with 1 in two seconds of its own time, and says the pattern
refused() {
	local what=$1 pattern=$2 status
	shift 2
	(ulimit -t 2 && "$@") >"$work/seen" 2>&1 </dev/null
	status=$?
	[ $status -eq 1 ] && grep -q -- "$pattern" "$work/seen"
	ok "$what" $?
}

# What scripts/fuzz refuses it refuses at once, as a mistake in the command line.
while IFS='|' read -r what pattern arguments; do
	read -ra arguments <<<"$arguments"
	(ulimit -t 2 && scripts/fuzz "${arguments[@]}") >"$work/seen" 2>&1 </dev/null
	[ $? -eq 2 ] && grep -q -- "$pattern" "$work/seen"
	ok "scripts/fuzz refuses $what" $?
done <<'END'
an unknown target, and names those there are|no target 'nope'; there are: arguments .*reader|nope 1
a target without minutes|how many minutes|glob
minutes that are none|how many minutes|glob 0x1
an unknown option|unknown option '--al'|--al
an input that is not there|no file '/nonexistent'|--rerun /nonexistent
nothing|which target|
END
scripts/fuzz --list >"$work/seen" 2>&1
[ "$(grep -c '^[a-z]* * [A-Za-z]' "$work/seen")" -eq "$(find tests/fuzz -name 'fuzz_*.c' -exec grep -l '^int LLVMFuzzerTestOneInput' {} + | wc -l)" ]
ok "scripts/fuzz --list has every target" $?

# scripts/aarch64 refuses before it builds, and bench/profile what it could not sample.
refused 'scripts/aarch64 refuses an unknown option' "unknown argument '--bogus' (usage: aarch64" scripts/aarch64 --bogus
refused 'scripts/aarch64 --newer wants tests' '--newer wants the tests' scripts/aarch64 --newer
refused 'scripts/aarch64 --all takes none' 'name none beside it' scripts/aarch64 --all tests/test_ledger
printf 'print("no block")\n' >"$work/program.py"
mkdir -p "$work/prefix/bin" && printf '#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done\nshift\nexec "$@"\n' >"$work/prefix/bin/vramtrack" &&
	chmod +x "$work/prefix/bin/vramtrack"
profile() { # WHAT STATUS PATTERN ARGUMENT...
	PERF=true bench/profile "${@:4}" >"$work/seen" 2>&1 </dev/null
	[ $? -eq "$2" ] && grep -q -- "$3" "$work/seen"
	ok "bench/profile refuses $1" $?
}
profile 'seconds that are none' 2 "needs a whole number, not 'abc'" --seconds abc "$work/prefix" "$work/program.py"
profile 'an option without its value' 2 'needs a whole number' --seconds
profile 'a program that is not asked for blocks' 1 'ended before it said "ready"' "$work/prefix" "$work/program.py"

[ -e configure ] || { echo '1..0 # SKIP there is no configure here'; exit 0; }
while read -r folder; do
	there=$work/$folder/vramtrack
	mkdir -p "$there" && cp -R scripts autogen.sh configure.ac m4 "$there/" || exit 99
	for script in scripts/prepare scripts/demo scripts/check autogen.sh; do
		refused "$script refuses '$folder'" "path '.*$folder.*move the folder\|cannot take: move the folder" "$there/$script"
	done
	cd "$there" || exit 99
	refused "configure refuses '$folder'" "path '.*$folder.* has a space or another character" "$tree/configure"
	cd "$tree" || exit 99
done <<'TABLE'
a folder
colon:folder
dollar$folder
quote'folder
TABLE

# A toolkit whose headers declare a wrapped function otherwise than the table has it.
include=$(realpath "${CUDA_INCLUDE:-toolkit/include}")
grep -q '^#define CUDA_VERSION  *12' "$include/cuda.h" && include=$tree/toolkit/include # 12's are not compared
mkdir -p "$work/odd/include" "$work/odd_build" && ln -s "$include"/* "$work/odd/include/" && rm "$work/odd/include/cuda.h"
{ sed 's/cuModuleUnload/cuModuleUnloaded/' "$include/cuda.h"; echo 'CUresult CUDAAPI cuModuleUnload(int);'; } >"$work/odd/include/cuda.h"
(cd "$work/odd_build" && ulimit -t 30 && "$tree/configure" --with-cuda="$work/odd") >"$work/seen" 2>&1 </dev/null
[ $? -eq 1 ] && grep -q 'disagree with the table of functions.*cuModuleUnload.*--without-cuda' < <(tr '\n' ' ' <"$work/seen")
ok 'configure refuses a toolkit that disagrees with the table' $?

# toolkit VERSION: a folder that looks like one
toolkit() {
	mkdir -p "$work/$1/include"
	touch "$work/$1/include/cuda_runtime_api.h" "$work/$1/include/generated_cuda_meta.h"
	echo "#define CUDA_VERSION $1" >"$work/$1/include/cuda.h"
}
toolkit 11080
toolkit 12040
toolkit 13000
rm "$work/12040/include/generated_cuda_meta.h" # CUPTI's, which only 13's is asked for
chosen() { # WITH: what find_cuda takes
	bash -c '. scripts/lib.sh; with_cuda=$1; find_cuda; echo "$cuda_option"' bash "$1" 2>&1
}
chosen "$work/13000" >"$work/seen"
[ "$(cat "$work/seen")" = "--with-cuda=$work/13000" ]
ok 'a toolkit is taken' $?
chosen "$work/12040" >"$work/seen"
[ "$(cat "$work/seen")" = "--with-cuda=$work/12040" ]
ok 'so is one of CUDA 12' $?
chosen "$work/11080" >"$work/seen"
grep -q 'is no CUDA toolkit of version 12.0 or newer' "$work/seen" && grep -q 'cuda-cudart-dev-13-0' "$work/seen"
ok 'an older one is refused, with the names of packages' $?
chosen no >"$work/seen"
[ "$(cat "$work/seen")" = --without-cuda ]
ok 'without one our own declarations are taken' $?
mkdir -p "$work/old_build"
(cd "$work/old_build" && ulimit -t 30 && "$tree/configure" --with-cuda="$work/11080") >"$work/seen" 2>&1 </dev/null
[ $? -eq 1 ] && grep -q "the one in $work/11080 is older than 12.0" "$work/seen" && grep -q -- --without-cuda "$work/seen"
ok 'configure refuses CUDA 11, and says what to do' $?
CUDA_HOME=$work/11080 CUDA_PATH=$work/13000 chosen '' >"$work/seen"
[ "$(cat "$work/seen")" = "--with-cuda=$work/13000" ]
ok 'an older one that nobody asked for is passed over' $?

# A distribution's toolkit, in /usr: what C++ is compiled with then. Configure ends early; its log tells.
in_usr() { # COMMAND...: with the toolkit there, or it ends with 77
	local usr=()
	[ "$(id -u)" -eq 0 ] || usr=(--user --map-root-user)
	unshare "${usr[@]}" --mount bash -c 'mount -t overlay overlay -o "lowerdir=$0:/usr/include" /usr/include 2>/dev/null || exit 77
		exec "$@"' "$work/12040/include" "$@"
}
what='configure takes a toolkit in /usr, and C++ compiles with it'
mkdir -p "$work/usr_build"
if in_usr true 2>/dev/null; then
	(cd "$work/usr_build" && ulimit -t 30 && in_usr "$tree/configure" --with-cuda=/usr PKG_CONFIG=false) >"$work/seen" 2>&1 </dev/null
	flags=$(sed -n "s/^LIBRARY_CUDA_CPPFLAGS='\(.*\)'/\1/p" "$work/usr_build/config.log")
	grep -qx "CUDA_HOME='/usr'" "$work/usr_build/config.log" &&
		printf '#include <cuda_runtime_api.h>\n#include <cstdlib>\n' | in_usr sh -c "g++ $flags -fsyntax-only -x c++ -" >"$work/seen" 2>&1
	ok "$what" $?
else
	checks=$((checks + 1))
	echo "ok $checks - $what # SKIP no mounts are allowed here"
fi

# The runtime that is linked with: of the toolkit's version, where NVIDIA or a distribution has it.
runtime_of() { # TOOLKIT NAME
	bash -c '. scripts/lib.sh; with_cuda=$1; find_cuda; toolkit_runtime "$2"' bash "$work/$1" "$2" >"$work/seen" 2>&1
}
for folder in lib64 lib "lib/$(uname -m)-linux-gnu"; do
	mkdir -p "$work/12040/$folder" && touch "$work/12040/$folder/libcudart.so.12"
	runtime_of 12040 libcudart.so.12 && [ "$(cat "$work/seen")" = "$work/12040/$folder/libcudart.so.12" ]
	ok "a toolkit's runtime is found in $folder" $?
	rm -r "$work/12040/${folder:?}"
done
mkdir -p "$work/12040/lib64" && touch "$work/12040/lib64/libcudart.so.13"
runtime_of 12040 libcudart.so.12 && [ ! -s "$work/seen" ]
ok 'one of another version is not' $?

for option in 'demo --simulate' 'check --bare' 'check --also-bare' 'prepare --without-cuda'; do
	scripts/"${option% *}" --help >"$work/seen" 2>&1
	grep -q -- "${option#* }" "$work/seen"
	ok "scripts/${option% *} --help has ${option#* }" $?
done

# glibc-floor: objects whose C library is a made-up one, under any name, and what is not there at all.
stub() { # FOLDER VERSION [FLAG...]: an object in FOLDER that wants `planted` of GLIBC_VERSION
	local folder=$work/$1 version=$2
	mkdir -p "$folder" "$work/stub"
	echo "GLIBC_$version { global: planted; };" >"$work/stub/map"
	echo 'int planted(void) { return 0; }' >"$work/stub/libc.c"
	echo 'int planted(void); int (*use)(void) = planted;' >"$work/stub/plugin.c"
	gcc -shared -fPIC -nostdlib -Wl,-soname,libc.so.6 -Wl,--version-script="$work/stub/map" -o "$work/stub/libc.so.6" \
		"$work/stub/libc.c" &&
		gcc -shared -fPIC -nostdlib -o "$folder/plugin" "$work/stub/plugin.c" "$work/stub/libc.so.6" "${@:3}"
}
floor() { scripts/glibc-floor "$work/$1" --most 2.28 >"$work/seen" 2>&1; }
stub fits 2.28 && [ "$(scripts/glibc-floor "$work/fits")" = 2.28 ] && floor fits && [ ! -s "$work/seen" ]
ok 'glibc-floor takes what glibc 2.28 has' $?
stub planted 2.29 && ! floor planted && [ "$(cat "$work/seen")" = 'plugin: planted of glibc 2.29' ]
ok 'it names a newer symbol, in a file of any name' $?
echo 'int own;' | gcc -shared -fPIC -nostdlib -Wl,-soname,libown.so.1 -x c - -o "$work/stub/libown.so.1"
stub stranger 2.28 -Wl,--no-as-needed "$work/stub/libown.so.1" && ! floor stranger &&
	[ "$(cat "$work/seen")" = 'plugin: needs libown.so.1, which is not here' ]
ok 'it names a library that is not there' $?
cp "$work/stub/libown.so.1" "$work/stranger/" && floor stranger
ok 'and none that is' $?
stub fits 2.28 -Wl,-z,pack-relative-relocs >"$work/seen" 2>&1
if readelf -V "$work/fits/plugin" | grep -q GLIBC_ABI_DT_RELR; then
	! floor fits && [ "$(cat "$work/seen")" = 'plugin: GLIBC_ABI_DT_RELR of glibc 2.36' ]
	ok 'it knows what the loader has to know' $?
else
	checks=$((checks + 1))
	echo "ok $checks - it knows what the loader has to know # SKIP this linker packs no relocations"
fi
scripts/glibc-floor >"$work/seen" 2>&1
[ $? -eq 2 ] && grep -q '^usage: glibc-floor FOLDER' "$work/seen"
ok 'it says how it is called' $?

# What packs, called wrongly or where it cannot write: one line, before anything is made or taken away.
mkdir -p "$work/readonly/vramtrack-1-x86_64.tar.xz.unfinished" "$work/other" "$work/other.sysroot" "$work/foreign" "$work/staged/installed/usr/lib/any"
touch "$work/other.sysroot/mine" "$work/staged/installed/usr/lib/any/libvramtrack.so.0"
echo 'SYSROOT =' >"$work/foreign/Makefile"
staged="--version 1 --arch x86_64 --bindir $work --pkglibdir $work --docdir $work"
while IFS='|' read -r script pattern arguments; do
	read -ra arguments <<<"$arguments"
	refused "scripts/$script ${arguments[*]:0:2}: ${pattern//[^a-z ]/}" "^$script: .*$pattern" \
		bash -c 'cd "$0/readonly" && exec "$@"' "$work" "$tree/scripts/$script" "${arguments[@]}"
	[ "$(wc -l <"$work/seen")" -eq 1 ]
	ok 'in one line' $?
done <<END
bundle|unknown argument '--nope'|--nope x
bundle|--version is missing|
bundle|--arch needs a value|--version 1 --arch
bundle|there is no folder '/nonexistent'|--version 1 --bindir /nonexistent
bundle|there is no '/nonexistent'|--try /nonexistent
bundle|cannot write 'vramtrack-1-x86_64.tar.xz.unfinished' in |$staged
deb|unknown argument '--nope'|--nope x
deb|--version is missing|
deb|there is no installation in '/nonexistent/installed'|--version 1 --stage /nonexistent
packages|unknown argument '--nope'|--nope
packages|--in needs a build folder|--in
packages|there is no build in /nonexistent|--in /nonexistent
portable|unknown argument '--nope'|--nope
portable|--in FOLDER is missing|all
portable|is a build of another kind|--in $work/foreign
portable|other.sysroot is there|--in $work/other
END
[ -e "$work/other.sysroot/mine" ]
ok 'a folder that is not its own is left' $?
for script in bundle deb packages portable glibc-floor; do
	scripts/$script --help >"$work/seen" 2>&1 && grep -q "^usage: $script " "$work/seen"
	ok "scripts/$script --help" $?
done
for arguments in /nonexistent "$work --most x"; do
	read -ra arguments <<<"$arguments"
	scripts/glibc-floor "${arguments[@]}" >"$work/seen" 2>&1
	[ $? -eq 2 ] && [ "$(wc -l <"$work/seen")" -eq 1 ]
	ok "glibc-floor refuses ${arguments[*]//$work/.}" $?
done
if command -v python3 >/dev/null; then
	echo nothing >"$work/no.tar.xz"
	scripts/wheel --bundle "$work/no.tar.xz" --version 1 --arch x86_64 --glibc abc >"$work/seen" 2>&1
	[ $? -eq 2 ] && grep -q 'error: --glibc abc: a version is wanted' "$work/seen"
	ok 'scripts/wheel refuses a version that is none' $?
fi

# Checks that emulation cannot pass are skipped by name, and nothing else is.
emulated() { # CHECK STATUS SKIPPED LINE...
	printf 'printf "%%s\\n" "%s"\n' "${@:4}" >"$work/newer.sh"
	echo "exit $2" >>"$work/newer.sh"
	scripts/emulated "$work/newer.sh" >"$work/seen"
	[ "$?,$(grep -c '# SKIP' "$work/seen")" = "$3" ]
	ok "under emulation: $1" $?
}
known='not ok 1 - a child that calls what its parent looked up: each says so'
emulated 'a check of the table is skipped' 1 0,1 "$known" 'ok 2 - other' 1..2
emulated 'another fails' 1 1,1 "$known" 'not ok 2 - other' 1..2
emulated 'a row that explains nothing fails' 0 1,0 'ok 1 - a child that calls what its parent looked up: each says so' 1..1
emulated 'a script that skips itself is let pass' 0 0,1 '1..0 # SKIP no program here'
emulated 'a script that ended early fails' 139 1,1 "$known" 1..9

# What a test looks for before it skips is in the table, or a bare machine would skip it.
grep -rhoE '(command -v|(if|!|&&) has|type -P) [a-z][a-z0-9+-]+|\(package [a-z0-9-]+' tests/cases/*.sh tests/*.sh |
	sed 's/.* //' | sort -u | grep -vxE 'python3|script|true|env|autoreconf' >"$work/wanted"
bash -c '. scripts/lib.sh; echo "$package_table"' >"$work/table"
while read -r name; do grep -qw -- "$name" "$work/table" || echo "$name"; done <"$work/wanted" >"$work/seen"
[ ! -s "$work/seen" ] && [ "$(wc -l <"$work/wanted")" -ge 5 ]
ok 'each program that a test skips without is in the package table' $?

echo "1..$checks"
exit $failed
