#!/usr/bin/env bash
# Who calls whom, as the built objects tell it (names that each one defines and needs): no call
# runs upward (rooms.txt), no files call each other in a circle, no name means two things.
#
# usage: call_rule.sh [BUILD [TREE]], from a test's folder: the build that is tested.
set -u
export LC_ALL=C
build=${1:-$PWD}
rules=$(cd "$(dirname "$0")" && pwd)/rooms.txt
tree=${2:-$(dirname "$0")/..}
work=$(mktemp -d "${TMPDIR:-/tmp}/vramtrack-calls.XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
status=0 number=0
nothing() { # text; standard input, one problem a line, must be empty
	number=$((number + 1))
	if [ ! -s "$2" ]; then echo "ok $number - $1"; else
		echo "not ok $number - $1"
		sed 's/^/#   /' "$2"
		status=1
	fi
}

# Objects of libraries whose source is still there: a build keeps those of files that are gone. Those
# of a shared library are in .libs, those of an archive are not: the newer counts.
(cd "$build" && find src preload reports cli simulate -name '*_la-*.o' | sed 's|\.libs/||' | sort -u) |
	while read -r object; do
		source=${object%/*}/${object##*_la-} shared=${object%/*}/.libs/${object##*/}
		[ ! "$build/$shared" -nt "$build/$object" ] || object=$shared
		for suffix in c S; do [ -e "$tree/${source%.o}.$suffix" ] && echo "$object"; done
	done >"$work/objects"
[ -s "$work/objects" ] || { echo 'Bail out! no object of any library is here'; exit 1; }
(cd "$build" && xargs "${NM:-nm}" -A -P <"$work/objects" 2>"$work/errors") >"$work/names"
unread=$(comm -23 <(sort "$work/objects") <(sed 's/: .*//' "$work/names" | sort -u))
# the names of an object that only the linker can read (LTO) need a plugin of the compiler
if [ -n "$unread" ] || [ -s "$work/errors" ]; then
	printf 'Bail out! %s cannot read: %s\n' "${NM:-nm}" "$unread$(<"$work/errors")"
	exit 1
fi

# calls: LIBRARY FROM TO NAME. A name is looked for in its own library first, then, one of ours
# alone, in the others. defined: NAME FILE. upward: what is found wrong with rooms.
awk -v dir="$work" '
	function file_of(object) { sub(/(\.libs\/)?[^\/]*_la-/, "", object); sub(/\.o$/, "", object); return object }
	function library_of(object) { sub(/.*\//, "", object); sub(/_la-.*/, "", object); return object }
	function room_of(path) {
		while (!(path in is_room) && sub(/\/[^\/]*$/, "", path)) ;
		return path in is_room ? path : ""
	}
	FNR == NR {
		if ($1 == "room") {
			is_room[$2]
			may[$2, $2]
			for (i = 4; i <= NF && $i != ":"; i++) may[$2, $i]
		} else if ($1 == "handed")
			handed[$2]
		else if ($1 == "unordered")
			unordered[$2]
		next
	}
	{
		object = $1; sub(/:$/, "", object)
		file = file_of(object); library = library_of(object)
	}
	$3 ~ /^[Uw]$/ { needs[++needed] = library " " file " " $2; next }
	$3 == "W" { next } # what is there where no other file defines it
	$3 ~ /^[A-Z]$/ || $3 ~ /^[Vi]$/ {
		own[library, $2] = own[library, $2] " " file
		if ($2 !~ /^vt__/) next
		if (index(any[$2] " ", " " file " ")) next
		any[$2] = any[$2] " " file
		if (!($2 in handed)) print $2, file >(dir "/defined")
		else if ($3 !~ /^[RDB]$/) print $2 " is handed down and no data: " file >(dir "/upward")
	}
	END {
		for (i = 1; i <= needed; i++) {
			split(needs[i], part, " ")
			if (part[3] in handed) { used[part[3]]; continue }
			where = own[part[1], part[3]]
			if (where == "") where = any[part[3]]
			n = split(where, to, " ")
			for (j = 1; j <= n; j++) if (to[j] != part[2]) check(part[1], part[2], to[j], part[3])
		}
		for (name in handed) if (!(name in used)) print name " is handed to nobody" >(dir "/upward")
	}
	function check(library, from, to, name,   a, b) {
		a = room_of(from); b = room_of(to)
		if (a == "" || b == "")
			print (a == "" ? from : to) " is in no room" >(dir "/upward")
		else if (!((a, b) in may))
			print from " calls " name "() of " to >(dir "/upward")
		if (a != b || a == "" || !(a in unordered)) print library, from, to, name >(dir "/calls")
	}' "$rules" "$work/names"
touch "$work/upward" "$work/defined"
[ -s "$work/calls" ] || { echo 'Bail out! no call was seen'; exit 1; }

sort -u -o "$work/upward" "$work/upward"
nothing 'no call runs upward (rooms.txt)' "$work/upward"

# tsort takes its input apart at a loop and goes on, so that it names the files of every one.
cut -d' ' -f1 "$work/calls" | sort -u >"$work/libraries"
while read -r library; do
	awk -v library="$library" '$1 == library { print $2, $3 }' "$work/calls" | sort -u |
		tsort 2>&1 >/dev/null | awk '/loop:$/ { loop++; next } { print loop, $2 }' >"$work/members"
	awk -v library="$library" '
		FNR == NR { of[$1, $2]; loops = $1; next }
		$1 != library { next }
		{
			for (i = 1; i <= loops; i++) if ((i, $2) in of && (i, $3) in of) {
				call = $2 " -> " $3
				if (++names[call] <= 3) shown[call] = shown[call] " " $4
				next
			}
		}
		END { for (call in names) print call ":" shown[call] (names[call] > 3 ? " ..." : "") }' \
		"$work/members" "$work/calls" | sort >"$work/circle"
	nothing "no circle of calls in $library" "$work/circle"
done <"$work/libraries"

sort "$work/defined" | awk '
	$1 == name { files = files ", " $2; next }
	{ tell(); name = $1; files = $2 }
	function tell() { if (files ~ /,/) print name ": " files }
	END { tell() }' >"$work/twice"
nothing 'no name of ours is defined twice' "$work/twice"

echo "1..$number"
exit $status
