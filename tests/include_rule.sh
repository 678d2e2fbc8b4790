#!/usr/bin/env bash
# Who may include whom: the direction of the design, and no circle of files.
set -u
cd "$(dirname "$0")/.." || exit 99
status=0 number=0
result() { # 0 or 1, text; what was seen on standard input
	number=$((number + 1))
	if [ "$1" -eq 0 ]; then echo "ok $number - $2"; else
		echo "not ok $number - $2"
		sed 's/^/#   /'
		status=1
	fi
}

# Folder, then what it may include. Everything else of ours is forbidden.
rules='
include        ^vramtrack/
src/base       ^(base/|config\.h$)
src/unwind     ^((base|unwind)/|config\.h$)
src/recording  ^((base|recording)/|config\.h$)
src/ledger     ^((base|unwind|recording|ledger)/|config\.h$)
src/library    ^(vramtrack/|(base|unwind|library)/|config\.h$)
preload        ^(vramtrack/|(base|unwind|recording|ledger)/|preload/|[a-z0-9_]+\.h$)
reports        ^(vramtrack/|recording/format\.h$|base/option(s_table|_values)\.h$|reports/|config\.h$)
cli            ^(vramtrack/|recording/format\.h$|(base|simulate/common)/options_table\.h$|base/(option_values|run_page_format)\.h$|reports/|cli/|config\.h$)
simulate/common   ^(vramtrack/|simulate/common/|config\.h$)
simulate/driver   ^(vramtrack/|simulate/(common|driver)/|config\.h$)
simulate/runtime  ^(vramtrack/|simulate/(common|runtime)/|config\.h$)
simulate/cupti    ^(vramtrack/|simulate/(common|cupti)/|config\.h$)
simulate/nvml     ^(vramtrack/|simulate/(common|nvml)/|config\.h$)
'

# includer TAB included, for every quoted include
pairs() {
	grep -rnHoE --include='*.[chS]' --include='*.hpp' '^[ \t]*#[ \t]*include[ \t]+"[^"]+"' "$@" |
		sed -E 's/^([^:]+):[0-9]+:.*"([^"]+)"$/\1\t\2/'
}

while read -r folder allowed; do
	[ -n "$folder" ] || continue
	wrong=$(pairs "$folder" | awk -F'\t' -v allowed="$allowed" '$2 !~ allowed')
	[ -z "$wrong" ]
	result $? "$folder/ includes only what the design allows" <<<"$wrong"
done <<<"$rules"

# Headers of a library are not "ours": they must be in angle brackets.
missing=$(pairs include src preload reports cli simulate | while IFS=$'\t' read -r from to; do
	[ "$to" = config.h ] && continue
	for base in include src . "$(dirname "$from")"; do [ -e "$base/$to" ] && continue 2; done
	echo "$from includes \"$to\", which is no file of ours"
done)
[ -z "$missing" ]
result $? 'quoted includes are files of this tree' <<<"$missing"

# A circle of headers: tsort names its members on standard error.
edges=$(pairs include src preload reports cli simulate | while IFS=$'\t' read -r from to; do
	for base in include src . "$(dirname "$from")"; do
		[ -e "$base/$to" ] && { echo "$(realpath --relative-to=. "$from") $(realpath --relative-to=. "$base/$to")"; break; }
	done
done)
circle=$(tsort <<<"$edges" 2>&1 >/dev/null)
[ -z "$circle" ]
result $? 'no circle of includes' <<<"$circle"

echo "1..$number"
exit $status
