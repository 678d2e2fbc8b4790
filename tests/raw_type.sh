#!/usr/bin/env bash
# A string out of a recording is of a type that no printf() and no string function takes.
set -u
cd "$(dirname "$0")/.." || exit 99
command -v gcc >/dev/null || { echo '1..0 # SKIP gcc is not installed'; exit 0; }
status=0 number=0

# compiles STATEMENT: with our warnings of formats as errors
compiles() {
	printf '#include <stdio.h>\n#include <string.h>\n#include "reports/text/raw.h"\n%s\n' \
		"int test(struct vt__raw raw); int test(struct vt__raw raw) { $1 }" |
		gcc -std=gnu11 -I"$source_root" -Wall -Wformat=2 -Werror -fsyntax-only -x c - 2>seen
}
source_root=$PWD
work=$(mktemp -d) && cd "$work" || exit 99
trap 'rm -rf "$work"' EXIT


result() { # 0 or 1, text
	number=$((number + 1))
	if [ "$1" -eq 0 ]; then echo "ok $number - $2"; else
		echo "not ok $number - $2"
		sed 's/^/#   /' seen
		status=1
	fi
}

while IFS='|' read -r wanted statement; do
	compiles "$statement"
	seen=$?
	[ "$wanted" = refused ] && { [ $seen -ne 0 ]; seen=$?; }
	result $seen "$wanted: $statement"
done <<'TABLE'
taken|return vt__raw_is_empty(raw);
taken|return strcmp(vt__raw_to_compare(raw), "a");
refused|return printf("%s", raw);
refused|return fprintf(stderr, "%s %d", raw, 1);
refused|return puts(raw);
refused|return strcmp(raw, "a");
refused|return printf("%p", raw);
refused|const char *text = raw; return *text;
TABLE

# The bytes are reached by name, never by the member.
leaks=$(grep -rnE --include="*.c" 'vt__recording_string\([^;]*\)\.bytes' "$source_root/reports" "$source_root/cli")
[ -z "$leaks" ]
result $? 'nobody takes the bytes without a purpose'
echo "$leaks" | sed '/^$/d; s/^/#   /'

echo "1..$number"
exit $status
