#!/usr/bin/env bash
# All tests that need a GPU, one script after the other: all.sh PREFIX FOLDER [--simulate]
# Each has its own folder in FOLDER. At last "N passed, N failed, N skipped" of all.
set -u
[ $# -ge 2 ] || { echo "usage: $0 PREFIX FOLDER [--simulate]" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$2" || exit 2
scripts=(families two_devices fault_matrix rest)
[ $# -eq 3 ] || scripts+=(run verdicts torch_blocks)
for script in "${scripts[@]}"; do
	bash "$here/$script.sh" "$1" "$2/$script" "${@:3}" >"$2/$script.txt" 2>&1
	echo "$script.sh ended with status $?"
	grep -E -A 8 '^not ok|^# ' "$2/$script.txt" | grep -v '^ok'
	tail -n 1 "$2/$script.txt"
done
for script in "${scripts[@]}"; do tail -n 1 "$2/$script.txt"; done |
	awk '/ passed, / { for (i = 1; i <= 5; i += 2) sum[i] += $i }
		END { print sum[1] + 0 " passed, " sum[3] + 0 " failed, " sum[5] + 0 " skipped"; exit sum[3] > 0 || NR == 0 }'
