# Reads coverage in lcov's format: prints the table by file, and writes to the file `list` each function
# that was never entered and, of the others, the lines that were never reached. Functions that are not
# among the `exceptions` ("FILE FUNCTION WHY" a line) are printed, as is an exception that is none (any
# more), and the exit code is 1.

BEGIN {
	rows = split(exceptions, row, "\n")
	for (i = 1; i <= rows; i++)
		if (split(row[i], word, " ") > 2)
			excepted[word[1] " " word[2]] = 1
}

/^SF:/ {
	file = substr($0, 4)
	sub(/^.*\/\.\.\//, "", file) # as the compiler was told it, from the build's folder
	delete starts
	delete name_at
	delete entered
	delete missed
	functions = lines = reached = 0
}

/^FN:/ {
	comma = index($0, ",")
	starts[++functions] = substr($0, 4, comma - 4) + 0
	name_at[functions] = substr($0, comma + 1)
}

/^FNDA:/ {
	comma = index($0, ",")
	if (substr($0, 6, comma - 6) + 0 > 0)
		entered[substr($0, comma + 1)] = 1
}

/^DA:/ {
	comma = index($0, ",")
	lines++
	if (substr($0, comma + 1) + 0 > 0)
		reached++
	else
		missed[substr($0, 4, comma - 4) + 0] = 1
}

# The function that a line is in: the one that begins last before it.
function owner(line,   i, best) {
	best = 0
	for (i = 1; i <= functions; i++)
		if (starts[i] <= line && (!best || starts[i] > starts[best]))
			best = i
	return best
}

function from_root(path) {
	sub(/^.*\/preload\//, "preload/", path)
	sub(/^.*\/src\//, "src/", path)
	return path
}

function plain(name) {
	sub(/^.*:/, "", name)
	return name
}

/^end_of_record/ {
	# Several copies of a function, by macros or headers, begin at one line: any of them will do.
	delete alive
	for (i = 1; i <= functions; i++)
		if (name_at[i] in entered)
			alive[starts[i]] = 1
	delete told
	for (i = 1; i <= functions; i++)
		if (!(starts[i] in alive) && !told[starts[i]]++) {
			print file ":" starts[i] ": function " plain(name_at[i]) >list
			dead++
			key = from_root(file) " " plain(name_at[i])
			if (key in excepted)
				delete excepted[key]
			else
				news[++news_count] = from_root(file) ":" starts[i] ": " plain(name_at[i]) " is entered by no test"
		}
	count = 0
	for (line in missed)
		sorted[++count] = line + 0
	for (i = 2; i <= count; i++) {
		value = sorted[i]
		for (j = i - 1; j > 0 && sorted[j] > value; j--)
			sorted[j + 1] = sorted[j]
		sorted[j + 1] = value
	}
	for (i = 1; i <= count; i++) {
		at = owner(sorted[i])
		if (!at || starts[at] in alive)
			print file ":" sorted[i] ": line, in " plain(name_at[at]) >list
	}
	if (lines)
		printf "%-36s %6d lines %6d reached %5.1f %%\n", file, lines, reached, 100 * reached / lines
	all_lines += lines
	all_reached += reached
}

END {
	if (all_lines)
		printf "%-36s %6d lines %6d reached %5.1f %%; %d functions never entered\n", "preload/ and src/",
			all_lines, all_reached, 100 * all_reached / all_lines, dead
	for (key in excepted)
		news[++news_count] = key ": is no exception: a test enters it, or it is gone"
	for (i = 1; i <= news_count; i++)
		print news[i]
	exit news_count > 0
}
