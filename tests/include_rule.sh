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

# Headers of a library are not "ours": they must be in angle brackets. What is found is FILE TAB
# FILE, what is not is told.
sources=(src preload reports cli simulate)
found=$({ find include "${sources[@]}" toolkit -name '*.[chS]' -o -name '*.hpp' | sed 's/^/\t/'; pairs include "${sources[@]}"; } |
	awk -F'\t' '
		$1 == "" { exists[$2]; next }
		$2 == "config.h" { next }
		{
			split("include/ src/ ./ " $1, base, " ")
			sub(/[^\/]*$/, "", base[4])
			for (i = 1; i <= 4; i++) {
				to = base[i] $2
				sub(/^\.\//, "", to)
				if (to in exists) { print $1 "\t" to; next }
			}
			print $1 " includes \"" $2 "\", which is no file of ours"
		}')
missing=$(grep 'which is no file of ours$' <<<"$found")
[ -z "$missing" ]
result $? 'quoted includes are files of this tree' <<<"$missing"

# A circle of headers: tsort names its members on standard error.
circle=$(grep -v 'which is no file of ours$' <<<"$found" | tsort 2>&1 >/dev/null)
[ -z "$circle" ]
result $? 'no circle of includes' <<<"$circle"

# A word of C++ as a name: clang-format takes it for one, and keeps what it made of the lines.
words='class|namespace|export|template|typename|new|delete|this|private|public|operator|try|catch|throw|using|virtual|friend'
wrong=$(find "${sources[@]}" -name '*.[ch]' -exec env words="$words" perl -0777 -ne '
	s{"(?:[^"\\\n]|\\.)*"|\x27(?:[^\x27\\\n]|\\.)*\x27|/\*.*?\*/|//[^\n]*}{ }gs;
	print map { "$ARGV: $_\n" } grep { !/^\s*#\s*include/ && /\b(?:$ENV{words})\b/ } split /\n/' {} +)
[ -z "$wrong" ]
result $? 'no word of C++ is a name' <<<"$wrong"

# What is longer has two purposes.
long=$(find "${sources[@]}" include bench examples -type f -name '*.[ch]*' -exec wc -l {} + |
	awk '$1 > 450 && $2 != "total" { print $2 " has " $1 " lines: split it along what it describes" }')
[ -z "$long" ]
result $? 'no file of the product has more than 450 lines' <<<"$long"

# What no Makefile lists is not in the tarball.
listed=$(find . -path ./build -prune -o \( -name '*.inc' -o -name Makefile.am \) -exec cat {} + | grep -oE '[A-Za-z0-9_./-]+\.[chS]\b' | sort -u)
unlisted=$(find "${sources[@]}" include -name '*.[chS]' | sort | grep -vxF "$listed")
[ -z "$unlisted" ]
result $? 'each source and header is in the list of its room' <<<"$unlisted"

echo "1..$number"
exit $status
