#!/usr/bin/env bash
# The text report as somebody reads it for the first time: on a terminal of 24 lines and 80 columns
# the leak of each example is there, with its line; on stranger terminals nothing is lost.
. "$(dirname "$0")/lib.sh"

examples=$(cd "$(dirname "$0")/../../examples" && pwd)
: "${CUDA_INCLUDE:?}" "${VRAMTRACK_FRAMES_FOLDER:=$examples/../data/frames}"
export VRAMTRACK_FRAMES_FOLDER
type -P script >/dev/null || skip_all 'there is no script (package bsdutils)'

# on_terminal COLUMNS COMMAND...: what it writes to a terminal of so many columns, as out
on_terminal() {
	local columns=$1
	shift
	ask
	is_fresh=''
	TERM=${terminal-xterm} timeout -k 5 60 script -qec "stty cols $columns rows 24; $(printf '%q ' "$@")" /dev/null \
		</dev/null 2>err | tr -d '\r' >out
	status=${PIPESTATUS[0]}
}
# As it is seen: what a progress line says is gone again.
plain() { sed 's/.*\x1b\[K//; s/\x1b\[[0-9;]*m//g; s/\x1b\]8;[^\x1b]*\x1b\\//g' "$@"; }
fits() { # COLUMNS
	is "no line is wider than $1 columns" "$(sed 's/\x1b\[K/\n/g' out | plain | LC_ALL=C.UTF-8 awk -v most="$1" 'length > most')" ''
}
line_of() { grep -n -m1 -- "$2" "$examples/$1" | cut -d: -f1; }

# example | the words that open its finding | the file and the words of the line to find
while IFS='|' read -r example heading file words; do
	scene "the leak of $example"
	mkdir examples && cp "$examples"/*.cpp "$examples"/*.py examples/
	case $example in
	*.cpp)
		program=(./program)
		g++ -std=c++17 -g -O1 "-I$CUDA_INCLUDE" -o program "examples/$example" \
			"$SIMULATE_DIR/$CUDART" "$SIMULATE_DIR/libcuda.so.1" 2>build.err ||
			failed 'it can be built' <build.err
		;;
	*) program=(python3 "examples/$example") ;;
	esac
	[[ $example != *.py || -z $sanitizer_runtime ]] || { skip 'Python' 'it has no sanitizer' && continue; }
	on_terminal 80 "$VRAMTRACK" run --simulate -o rec -- "${program[@]}"
	is 'status is 0' "$status" 0
	plain out | sed -n '/^vramtrack: /,$p' >screen
	is 'the report fits a screen' "$(($(wc -l <screen) <= 24))" 1
	fits 80
	says 'the verdict is the first line' <(head -n 1 screen) '^vramtrack: [1-9]'
	says 'the finding is there' screen "$heading"
	says 'with the line to mend' screen "^    #[0-9]+ +[^ ]+ at examples/$file:$(line_of "$file" "$words")\b"
	says 'coverage is a line' screen '^coverage: LD_PRELOAD, all doors seen \(--show coverage\)$'
	says 'and colour is there' out $'^(.*\x1b\\[K)?\x1b\\[1;31mvramtrack'
	limited "$VRAMTRACK" report rec
	is 'in a pipe nothing is cut, and nothing coloured' "$(grep -cE '\.\.\. \(|'$'\x1b' out)" 0
done <<'TABLE'
leaky_worker.cpp|^LEAK 8\.0 MiB of stream-ordered memory on GPU 0, by cudaMallocAsync$|leaky_worker.cpp|cudaMallocAsync(&
leaky_service.py|^LEAK 6\.1 MiB in 6 allocations of device memory on GPU 0, by cudaMalloc$|leaky_service.py|self.keys = device.allocate
growing_server.cpp|^GROWTH 256\.0 KiB a mark of device memory on GPU 0, by cudaMalloc$|growing_server.cpp|answers_.emplace(question
TABLE

scene 'terminals'
cp "$examples/leaky_worker.cpp" .
g++ -std=c++17 -g -O1 "-I$CUDA_INCLUDE" -o program leaky_worker.cpp \
	"$SIMULATE_DIR/$CUDART" "$SIMULATE_DIR/libcuda.so.1" 2>build.err || failed 'it can be built' <build.err
tracked ./program
for columns in 20 33 79 132; do
	on_terminal $columns "$VRAMTRACK" report rec
	fits $columns
	on_terminal $columns "$VRAMTRACK" report --show all --hyperlinks=always rec
	fits $columns
done
on_terminal 80 env NO_COLOR=1 "$VRAMTRACK" report rec
is 'NO_COLOR: no escape but of a progress line' "$(sed 's/\x1b\[K//g' out | grep -c $'\x1b')" 0
terminal=dumb on_terminal 80 "$VRAMTRACK" report --hyperlinks=auto rec
is 'a dumb terminal: no escape' "$(grep -c $'\x1b' out)" 0
on_terminal 80 env -u SSH_CONNECTION -u TMUX VTE_VERSION=7000 "$VRAMTRACK" report rec
is 'a terminal that is known to have links has them' "$(($(grep -c $'\x1b]8;;file://' out) > 0))" 1
on_terminal 80 env SSH_CONNECTION=1 VTE_VERSION=7000 "$VRAMTRACK" report rec
is 'not by SSH' "$(grep -c $'\x1b]8' out)" 0
on_terminal 80 env -u SSH_CONNECTION -u TMUX VTE_VERSION=7000 "$VRAMTRACK" report --hyperlinks=never rec
is 'nor if they are not wanted' "$(grep -c $'\x1b]8' out)" 0
limited "$VRAMTRACK" report --hyperlinks=always --color=always rec
is 'in a pipe on demand' "$(($(grep -c $'\x1b]8;;file://' out) > 0))" 1

scene 'what was not seen stands at the top'
tracked endings killed
limited "$VRAMTRACK" report rec
says 'in words' <(sed -n 2p out) '^not known whether all was seen: '
on_terminal 80 "$VRAMTRACK" report rec
silent_about 'and the verdict is not green' <(head -n 1 out) $'\x1b\\[32m'

scene 'parts'
tracked findings leaks
limited "$VRAMTRACK" report --show peak,nonsense rec
is 'a part that there is not' $status 2
says 'which are' err '^vramtrack report: --show takes words of all, findings, processes, peak, objects, caches, account, coverage, notes, cards, ranks, with commas between them, not .peak,nonsense.'
limited "$VRAMTRACK" report --show= rec
is 'no part' $status 2
limited "$VRAMTRACK" report --show peak --format=json rec
is 'where there is no text' $status 2
limited "$VRAMTRACK" report --show peak --show account rec
says 'one' out '^peak: .*, made of:$'
says 'and another' out '^VRAM of GPU 0 at the end, by the driver'
limited "$VRAMTRACK" report --bytes=exact rec
says 'bytes to the last' out '^LEAK 3145728 B of device memory'
run_options=(--show processes --bytes=exact)
tracked findings leaks
says 'run has the same' err '^    device memory +3145728 B +3145728 B +1 +0$'

finish
