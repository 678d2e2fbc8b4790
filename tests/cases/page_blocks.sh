# What docs/library.md quotes. A fenced block names what it shows after its
# language: a file, or the output of a program.
#
#   ```c examples/library/buffer.c
#   ```text output of examples/library/buffer.c
#
# The script that sources this file has set root, the folder of the sources.

page=${root:?folder of the sources}/docs/library.md

# Each block's name, a line each.
block_names() { sed -n 's/^```[a-z]* \(..*\)$/\1/p' "$page"; }

# block NAME: its text
block() {
	awk -v name="$1" '
		/^```/ && inside { exit }
		inside { print }
		/^```/ { line = $0; sub(/^```[a-z]* ?/, "", line); inside = line == name }
	' "$page"
}
