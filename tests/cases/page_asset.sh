#!/usr/bin/env bash
# The page that is checked in is what `make page` makes of its sources. Prints TAP.
set -u
page=$(cd "$(dirname "$0")/../../page" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/vramtrack-test.XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
status=0
result() { # status number text
	if [ "$1" -eq 0 ]; then echo "ok $2 - $3"; else
		echo "not ok $2 - $3: run 'make page'"
		status=1
	fi
}

# The same sum as in page/build.mjs.
sum=$(cd "$page" && sha256sum build.mjs package-lock.json package.json page.in.html src/* |
	LC_ALL=C sort -k 2 | sha256sum | cut -d' ' -f1)
grep -q "^sources: $sum -->\$" "$page/page.html"
result $? 1 'it names the sources that are here'

! grep -qE '"resolved"|https?://' "$page/package-lock.json"
result $? 2 'the packages are named without an address'

bash "$page/build" "$work/build" "$work/out" >"$work/log" 2>&1
made=$?
if [ $made = 77 ]; then
	echo "ok 3 - a build makes the same # SKIP $(sed 's/^page\/build: //' "$work/log" | tail -n 1)"
else
	sed 's/^/# /' "$work/log"
	[ $made = 0 ] && cmp "$work/out/page.html" "$page/page.html" && cmp "$work/out/LICENCES" "$page/LICENCES"
	result $? 3 'a build makes the same'
fi
echo 1..3
exit $status
