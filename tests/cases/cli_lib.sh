# What the tests of the command line share: a folder to work in, and how a run is judged. Read by
# cli.sh and cli_recordings.sh.
#
# VRAMTRACK is the command. No GPU is needed: where a recording is, a shell
# script stands for the tracked program and writes the bytes itself.
# shellcheck disable=SC2034 # the scripts that read this file use them
set -u
set -m # jobs get the default SIGINT and a process group of their own

: "${VRAMTRACK:?the path of the command}"
[ -x "$VRAMTRACK" ] || { echo "Bail out! $VRAMTRACK is not executable"; exit 99; }
source_root=$(cd "$(dirname "$0")/../.." && pwd -P)
work=$(mktemp -d "${TMPDIR:-/tmp}/vramtrack-cli.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
unset VRAMTRACK_OPTIONS VRAMTRACK_SIMULATE NO_COLOR

count=0
failed=0

# Judges what try() ran: the exit code, and a pattern (extended, whole lines) for standard error.
ok() { # description condition...
	count=$((count + 1))
	local description=$1
	shift
	if "$@"; then
		echo "ok $count - $description"
	else
		failed=1
		echo "not ok $count - $description"
		printf '# code %s\n' "$code"
		sed 's/^/# out: /' out
		sed 's/^/# err: /' err
	fi
}

skip() { # description reason
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

try() { # command...
	"$@" >out 2>err </dev/null
	code=$?
}

is() { # code pattern: exactly one line on standard error, and it matches
	[ "$code" -eq "$1" ] && [ "$(wc -l <err)" -eq 1 ] && grep -qxE -- "$2" err
}

has() { # code pattern: among other lines
	[ "$code" -eq "$1" ] && grep -qxE -- "$2" err
}

exited() { [ "$code" -eq "$1" ]; }
printed() { [ "$(cat out)" = "$1" ]; }
exited_and_printed() { exited "$1" && printed "$2"; }
silent() { exited "$1" && [ ! -s err ]; }

# Waits until a file is there, a minute at most: another build may have the machine.
await() { # file
	local i
	for ((i = 0; i < 1200; i++)); do
		[ -e "$1" ] && return 0
		sleep 0.05
	done
	return 1
}

# Waits until a process has a state, and prints the last one that it had.
await_state() { # pid state
	local i seen
	for ((i = 0; i < 1200; i++)); do
		seen=$(sed 's/.*) //; s/ .*//' "/proc/$1/stat")
		[ "$seen" != "$2" ] || break
		sleep 0.05
	done
	echo "$seen"
}

script() { # name lines...
	local name=$1
	shift
	{ echo '#!/bin/bash' && printf '%s\n' "$@"; } >"$name"
	chmod +x "$name"
}

run() { "$VRAMTRACK" run "$@"; }

finish() {
	echo "1..$count"
	exit $failed
}
