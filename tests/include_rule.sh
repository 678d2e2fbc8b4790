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

# includer TAB included, for every quoted include
pairs() {
	grep -rnHoE --include='*.[chS]' --include='*.hpp' '^[ \t]*#[ \t]*include[ \t]+"[^"]+"' "$@" |
		sed -E 's/^([^:]+):[0-9]+:.*"([^"]+)"$/\1\t\2/'
}

# A quoted name of ours begins with its folder, without the src/ of those that are in the
# path of includes. What lies in a folder inside of a room belongs to the room.
wrong_in() { # room, rooms it stands on, other headers
	pairs "$1" | awk -F'\t' -v room="$1" -v below="$1 $2" -v others="$3" -v rooms="$rooms" '
		function room_of(path) {
			while (!(path in is_room) && sub(/\/[^\/]*$/, "", path)) ;
			return path
		}
		BEGIN {
			n = split(rooms, row, "\n")
			for (i = 1; i <= n; i++) { split(row[i], part, " "); is_room[part[1]] }
			n = split(below, row, " ")
			for (i = 1; i <= n; i++) is_below[row[i]]
		}
		room_of($1) == room && $2 !~ others {
			to = room_of($2)
			if (!(to in is_room)) to = room_of("src/" $2)
			if (!(to in is_below)) print
		}'
}

rooms=$(sed -n 's/^room //p' tests/rooms.txt)
[ -n "$rooms" ] || exit 99
while IFS=: read -r room below others; do
	wrong=$(wrong_in "${room%% *}" "$below" "${others# }")
	[ -z "$wrong" ]
	result $? "${room%% *}/ includes only what the design allows" <<<"$wrong"
done <<<"$rooms"

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

# A word of C++ as a name: clang-format takes it for one, and keeps what it made of the lines.
words='class|namespace|export|template|typename|new|delete|this|private|public|operator|try|catch|throw|using|virtual|friend'
wrong=$(find src preload -name '*.[ch]' | sort | while read -r file; do
	"${CC:-cc}" -fpreprocessed -E -P -x c "$file" 2>/dev/null |
		sed -E '/^ *# *include/d; s/"([^"\\]|\\.)*"//g' |
		grep -nwE "$words" | sed "s|^[0-9]*|$file|"
done)
[ -z "$wrong" ]
result $? 'no word of C++ is a name in src/ and preload/' <<<"$wrong"

echo "1..$number"
exit $status
