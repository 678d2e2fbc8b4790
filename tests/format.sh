#!/usr/bin/env bash
# Every source file is as clang-format leaves it.
set -u
cd "$(dirname "$0")/.." || exit 99
command -v clang-format >/dev/null || { echo '1..0 # SKIP clang-format is not installed'; exit 0; }
version=$(clang-format --version | sed 's/.*version \([0-9]*\).*/\1/')
[ "$version" = 14 ] || { echo "1..0 # SKIP the format is that of clang-format 14, here is $version"; exit 0; }
[ -r .clang-format ] || { echo '1..0 # SKIP there is no .clang-format here'; exit 0; }
number=0 status=0
while read -r file; do
	number=$((number + 1))
	if seen=$(clang-format --dry-run -Werror "$file" 2>&1); then
		echo "ok $number - $file"
	else
		echo "not ok $number - $file: run clang-format -i $file"
		head -n 8 <<<"$seen" | sed 's/^/#   /'
		status=1
	fi
done < <(find include toolkit src preload reports cli simulate tests bench examples bindings \
	\( -name '*.c' -o -name '*.h' -o -name '*.hpp' -o -name '*.cpp' -o -name '*.cu' \) 2>/dev/null | sort)
echo "1..$number"
[ $number -gt 0 ] && exit $status
