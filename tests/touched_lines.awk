# Of a trace of valgrind's lackey (--trace-mem=yes): how much of the caches a pair of allocation and
# free takes. Prints, of the pair in the middle of all that have no more instructions than most:
# instructions of our code, its lines of 64 bytes, jumps that it takes, lines of data that it
# touches, and lines of the stack.
#
# Variables: text and text_end (addresses of our code), first (of the function that a pair calls
# first), all hexadecimal without 0x.

function number(hex,    i, value)
{
	if (hex in known)
		return known[hex]
	value = 0
	for (i = 1; i <= length(hex); i++)
		value = value * 16 + index("0123456789abcdef", substr(hex, i, 1)) - 1
	return known[hex] = value
}

function touch(lines, address, bytes,    line)
{
	for (line = int(address / 64); line <= int((address + bytes - 1) / 64); line++)
		lines[line]
}

function size(array,    key, count)
{
	count = 0
	for (key in array)
		count++
	return count
}

# A pair is over. What comes now and then (a tick of the clock, the first pairs) is more.
function keep()
{
	if (begun && (!pairs || instructions <= least)) {
		least = instructions
		pairs++
		of_pair = instructions " " size(code) " " jumps " " size(data) " " size(stack)
	}
	begun = 1
	instructions = jumps = 0
	split("", code)
	split("", data)
	split("", stack)
}

BEGIN {
	from = number(text)
	to = number(text_end)
	entry = number(first)
	stack_from = number("1f00000000")
}

NF != 2 || $1 !~ /^[ILSM]$/ || $2 !~ /^[0-9a-f]+,[0-9]+$/ { next }

{
	split($2, what, ",")
	if ($1 != "I" && !ours)
		next
	sub(/^0+/, "", what[1])
	address = number(what[1])
}

$1 == "I" {
	if (address == entry)
		keep()
	jumped = ours && address != after
	ours = address >= from && address < to
	if (ours) {
		instructions++
		jumps += jumped
		touch(code, address, what[2])
		after = address + what[2]
	}
	next
}

address >= stack_from { touch(stack, address, what[2]); next }
{ touch(data, address, what[2]) }

END { print of_pair }
