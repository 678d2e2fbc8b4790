#!/usr/bin/env bash
# libvramtrack exports what its headers declare, what the list says, and nothing else; its headers
# stand alone in C and C++ and never bring in cuda.h.
here=$(cd "$(dirname "$0")" && pwd) || exit 99
include=$(cd "$here/../../include" && pwd) || exit 99
library=$LIBVRAMTRACK_DIR/libvramtrack.so
work=$(mktemp -d "${TMPDIR:-/tmp}/vramtrack-test.XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
count=0 failures=0

check() { # WHAT: its standard input, if any, is what is wrong
	count=$((count + 1))
	if [ -s "$work/wrong" ]; then
		echo "not ok $count - $1"
		sed 's/^/#   /' "$work/wrong"
		failures=$((failures + 1))
	else
		echo "ok $count - $1"
	fi
}

if [ ! -r "$library" ]; then
	echo '1..0 # SKIP there is no shared library in this build'
	exit 0
fi
readelf -W --dyn-syms "$library" | awk '
	$7 != "UND" && ($5 == "GLOBAL" || $5 == "WEAK") && $4 != "OBJECT" || $7 != "UND" && $8 ~ /^vt_/ {
		sub(/@.*/, "", $8); print $8 }' | sort -u >"$work/exported"
cat "$include"/vramtrack/*.h | tr '\n' ' ' | grep -o 'VT_API[^;]*;' |
	sed 's/__attribute__((.*//; s/^[^(]*[ *]\(vt_[a-z_0-9]*\)(.*/\1/' | grep '^vt_' | sort -u >"$work/declared"
diff "$here/../library_symbols.txt" "$work/exported" >"$work/wrong"
check 'the exported symbols are those of the list'
diff "$work/declared" "$work/exported" >"$work/wrong"
check 'each is declared in a public header, and each that is declared is there'
readelf -d "$library" | grep -E 'R(UN)?PATH' >"$work/wrong"
check 'no path of the build is left in it'
# Before glibc 2.34 two parts of libc are libraries of their own.
readelf -d "$library" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' |
	grep -vE '^(libc|libdl|libpthread|libcudart|ld-linux-[a-z0-9-]+|libasan|libubsan|libtsan)\.so' >"$work/wrong"
check 'it needs libc and the CUDA runtime'

for header in "$include"/vramtrack/*.h; do
	name=${header##*/}
	for language in c c++; do
		echo "#include <vramtrack/$name>" |
			gcc -x "$language" -Wall -Wextra -Wpedantic -Werror -fsyntax-only -I"$include" - >"$work/wrong" 2>&1
		check "$name alone as $language"
	done
	grep -nE '#[[:space:]]*include[[:space:]]*[<"]cuda' "$header" >"$work/wrong"
	check "$name includes no CUDA header"
done
echo "1..$count"
[ $failures -eq 0 ]
