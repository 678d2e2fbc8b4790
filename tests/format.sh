#!/usr/bin/env bash
# Every source file is as clang-format leaves it.
set -u
cd "$(dirname "$0")/.." || exit 99
command -v clang-format >/dev/null || { echo '1..0 # SKIP clang-format is not installed'; exit 0; }
version=$(clang-format --version | sed 's/.*version \([0-9]*\).*/\1/')
[ "$version" = 14 ] || { echo "1..0 # SKIP the format is that of clang-format 14, here is $version"; exit 0; }
[ -r .clang-format ] || { echo '1..0 # SKIP there is no .clang-format here'; exit 0; }
# Many files to a process: starting one takes longer than reading a file. A file that turns the
# formatter off and not on again is left out: clang-format 14 still lays out a table of 200
# lines in one macro, in 17 s and 3 GB.
files=$(find include toolkit src preload reports cli simulate tests bench examples bindings \
	\( -name '*.c' -o -name '*.h' -o -name '*.hpp' -o -name '*.cpp' -o -name '*.cu' \) -print0 2>/dev/null | xargs -0 awk '
		FNR == 1 && NR > 1 && !off {print name}
		FNR == 1 {name = FILENAME; off = 0}
		/clang-format off/ {off = 1} /clang-format on/ {off = 0}
		END {if (!off) print name}' | sort)
seen=$(xargs -d '\n' -r -n 64 -P 2 clang-format --dry-run -Werror <<<"$files" 2>&1)
failed=$?
declare -A bad
while read -r file; do bad[$file]=yes; done < <(sed -nE 's/^([^:]+):[0-9]+:[0-9]+: error:.*/\1/p' <<<"$seen")
number=0 status=0
while read -r file; do
	number=$((number + 1))
	if [ -z "${bad[$file]:-}" ]; then
		echo "ok $number - $file"
		continue
	fi
	echo "not ok $number - $file: run clang-format -i $file"
	grep -m 1 -A 2 -F "$file:" <<<"$seen" | sed 's/^/#   /'
	status=1
done <<<"$files"
number=$((number + 1))
if [ $failed -eq 0 ] || [ $status -ne 0 ]; then
	echo "ok $number - clang-format read them all"
else
	echo "not ok $number - clang-format ended with $failed"
	head -n 8 <<<"$seen" | sed 's/^/#   /'
	status=1
fi
echo "1..$number"
[ $number -gt 100 ] && exit $status
