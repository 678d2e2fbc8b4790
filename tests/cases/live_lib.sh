# What the tests of running processes share: starting one, and ending it.
# Source it after lib.sh.

# live PROGRAM [ARGUMENT...]: starts it tracked, and waits until it says "ready"; $recording, $pid.
# What it reads comes from descriptor 9: closing that ends those that wait.
live() {
	local path
	path=$(program "$1") && shift
	[ -p input ] || mkfifo input
	: >out
	# shellcheck disable=SC2154 # lib.sh
	"$VRAMTRACK" run --simulate -o rec --no-report "${run_options[@]}" -- "$path" "$@" <input >out 2>err &
	runner=$!
	exec 9>input
	for _ in {1..1200}; do
		grep -q ready out && break
		sleep 0.05
	done
	# shellcheck disable=SC2012 # the last one that was made
	recording=$(ls -t rec/*.vramtrack | head -n 1)
	pid=${recording%.vramtrack} pid=${pid##*.}
}
ends() {
	[ -z "${1-}" ] || kill "-$1" "$pid"
	exec 9>&-
	wait "$runner"
	status=$?
}
# asks ARGUMENT...: the command, beside the program
# shellcheck disable=SC2034 # the scripts read it
asks() { timeout -k 5 60 "$VRAMTRACK" "$@" >asked 2>asked.err; status=$?; }
