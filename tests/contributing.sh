#!/usr/bin/env bash
# The first two recipes of CONTRIBUTING.md, tried: the patches in tests/recipes/ do what the
# recipes say, on a copy of the sources and of what is built; the copy is built on and run.
set -u
source_root=$(cd "$(dirname "$0")/.." && pwd) || exit 99
build_root=$PWD
work=$(mktemp -d "${TMPDIR:-/tmp}/vramtrack-recipes.XXXXXX") || exit 99
trap 'chmod -R u+rwx "$work" 2>/dev/null; rm -rf "$work"' EXIT
export LC_ALL=C
number=0 status=0

# result WHAT: the status of the last command decides; what was seen is in $work/seen
result() {
	local failed=$?
	number=$((number + 1))
	if [ $failed -eq 0 ]; then echo "ok $number - $1"; else
		echo "not ok $number - $1"
		tail -n 40 "$work/seen" | sed 's/^/#   /'
		status=1
	fi
	return $failed
}
finish() { echo "1..$number"; exit $status; }
skip_all() { echo "1..0 # SKIP $1"; exit 0; }

for tool in git jq automake; do
	command -v $tool >/dev/null || skip_all "$tool is not installed"
done
within=$(realpath --relative-base="$source_root" "$build_root")
[[ $within != /* && -e $build_root/Makefile ]] || skip_all 'the build folder is not below the sources'
! grep -q '^SANITIZER_FLAGS = .*-fsanitize' Makefile || skip_all 'builds with a sanitizer take too long'

# A folder above that is a repository would have git leave out every file, without an error.
apply() { # FOLDER ARGUMENT...
	(cd "$1" && shift && env -u GIT_DIR -u GIT_WORK_TREE GIT_CEILING_DIRECTORIES="${PWD%/*}" git apply "$@")
}

recipes='wrap format'
for recipe in $recipes; do
	apply "$source_root" --check "tests/recipes/$recipe.patch" >"$work/seen" 2>&1
	result "tests/recipes/$recipe.patch applies to these sources: if not, make it anew, and look whether its recipe in CONTRIBUTING.md still holds" ||
		missing=yes
done
[ -z "${missing-}" ] || finish

# What is built stays as new as its sources; only what a patch touches is built again. Without
# optimization, at the link neither: what it does is looked at here, not how fast.
tree=$work/tree build=$work/tree/$within
mkdir "$tree" && tar -C "$source_root" -c --exclude=./.git --exclude=./build --exclude="./${within%%/*}" \
	--exclude=./autom4te.cache --exclude=./findings . | tar -C "$tree" -x && chmod -R u+w "$tree" &&
	if [ "$within" != . ]; then
		mkdir -p "$build" && tar -C "$build_root" -c --exclude=./tests --exclude=./bench --exclude=./examples . |
			tar -C "$build" -x
	fi 2>"$work/seen"
result 'the sources and what is built are copied' || finish
# What was configured by an absolute path names its sources by one: the copy is to name its own.
grep -rlF --include=Makefile --include=config.status --include='*.Po' --include='*.Plo' "$source_root" "$build" |
	while IFS= read -r names_sources; do
		touch -r "$names_sources" "$work/time"
		sed -i "s#$source_root\\([^[:alnum:]_.-]\\|\$\\)#$tree\\1#g" "$names_sources"
		touch -r "$work/time" "$names_sources"
	done

for recipe in $recipes; do
	apply "$tree" "tests/recipes/$recipe.patch" >"$work/seen" 2>&1 &&
		apply "$tree" --check --reverse "tests/recipes/$recipe.patch" >>"$work/seen" 2>&1 &&
		! apply "$tree" --check "tests/recipes/$recipe.patch" >>"$work/seen" 2>&1
	result "the recipe is followed: $recipe" || finish
done
jobs=$(nproc)
make -C "$build" -j"$jobs" CFLAGS=-O0 RECORDER_FLAGS=-fno-lto LDFLAGS=-Wc,-fno-lto libvramtrack_preload.la simulate/libcuda.la \
	vramtrack tests/hazards/objects tests/test_writer_tsv >"$work/seen" 2>&1
result 'what they change is built' || finish

export VRAMTRACK_PRELOAD=$build/.libs/libvramtrack_preload.so VRAMTRACK_SIMULATE_FOLDER=$build/simulate/.libs
unset LD_PRELOAD VRAMTRACK_OPTIONS VRAMTRACK_SIMULATE VRAMTRACK_RUN VRAMTRACK_PAGE
vramtrack() { "$build/vramtrack" "$@"; }

# What the first recipe adds is recorded, and with the shim of these sources it is not.
held='[.processes[].devices[].kinds[] | select(.kind == "module")] |
	[(map(.allocations) | add // 0), (map(.live_count) | add // 0)]'
recorded() { # FOLDER: of a run of the patched program, made and live
	{
		vramtrack run --simulate --no-report -o "$work/$1" -- "$build/tests/hazards/objects" linker kept
		vramtrack report --format=json "$work/$1"/*.vramtrack >"$work/$1.json"
	} >"$work/seen" 2>&1
	jq -c "$held" "$work/$1.json"
}
[ "$(recorded with)" = '[2,1]' ]
result 'wrap: cuLinkCreate, both names, is recorded, and cuLinkDestroy ends one'
VRAMTRACK_PRELOAD=$build_root/.libs/libvramtrack_preload.so
[ "$(recorded without)" = '[0,0]' ]
result 'wrap: and without the recipe it is not'
VRAMTRACK_PRELOAD=$build/.libs/libvramtrack_preload.so
headers=$(realpath "${CUDA_INCLUDE:-$source_root/toolkit/include}")
[ "$headers" != "$(realpath "$source_root/toolkit/include")" ] || headers=$(realpath "$tree/toolkit/include") # without a toolkit: its own
(cd "$tree" && CUDA_INCLUDE=$headers bash tests/coverage_list.sh) >"$work/seen" 2>&1
result 'wrap: the list of the memory API agrees'

vramtrack report --format=tsv "$work"/with/*.vramtrack >"$work/seen" 2>&1 &&
	[ "$(head -n 1 "$work/seen")" = $'pid\tclass\tkind\tdevice\tbytes\tcount\tapi\tfunction' ]
result 'format: --format=tsv prints its report'
vramtrack report --help 2>&1 | tee "$work/seen" | grep -q 'tsv'
result 'format: --help has it'
"$build/tests/test_writer_tsv" >"$work/seen" 2>&1
result 'format: its unit test passes'
finish
