# Compares answers with those of the real device, as TAP: one check for each question.
#   awk -f compare.awk [-v strict=1] answers.tsv differences.tsv SEEN
# strict: nothing may differ, whatever the second file says.
BEGIN { FS = "\t"; most_reasons = 12; most_lines = 12; behaviours = 129 }
FNR == 1 { part++ }
part == 1 && /^# device: ./ { of_a_device = 1 }
/^#/ || /^$/ { next }
part == 1 { row($1, $2); if (again($1, $2, real)) problem[$1] = "two answers in the file: " $2; real[$1, $2] = $3; next }
part == 2 && $1 == "reason" { text[$2] = $3; reasons++; next }
part == 2 {
	note($1)
	if (again($1, $2, reason)) problem[$1] = "listed twice: " $2
	reason[$1, $2] = $3
	listed[$1] = listed[$1] (listed[$1] == "" ? "" : FS) $2
	uses[$3]++
	next
}
{ row($1, $2); if (again($1, $2, seen)) problem[$1] = "two answers: " $2; seen[$1, $2] = $3; asked[$1] = 1 }

function again(id, what, of) { return (id, what) in of }
function note(id) { if (!(id in known)) { known[id] = 1; ids[++count] = id } }
function row(id, what) {
	note(id)
	if ((id, what) in rows) return
	rows[id, what] = 1
	whats[id] = whats[id] (whats[id] == "" ? "" : FS) what
}
function check(good, what) { print (good ? "" : "not ") "ok " ++number " - " what; bad += !good }
function wrong(line) { if (++lines <= most_lines) said = said "\n#   " line }

# Which line of the differences covers a row: its own, the one for all, or "".
function covered_by(id, what) {
	if (strict) return ""
	if ((id, what) in reason) return what
	return (id, "*") in reason ? "*" : ""
}

function judge_rows(id,    i, n, what, line, here, there) {
	n = split(whats[id], what, FS)
	for (i = 1; i <= n; i++) {
		here = (id, what[i]) in seen ? seen[id, what[i]] : "(no such answer)"
		there = (id, what[i]) in real ? real[id, what[i]] : "(no such answer)"
		if (here == there) continue
		line = covered_by(id, what[i])
		if (line != "") differs[id, line] = 1
		else wrong(what[i] ": here " here ", real device " there)
	}
}

function judge_list(id,    i, n, what, remark) {
	n = split(listed[id], what, FS)
	for (i = 1; i <= n; i++) {
		if (!(reason[id, what[i]] in text)) wrong("there is no reason " reason[id, what[i]])
		else remark = (what[i] == "-" ? " (not asked: " : " (differs: ") text[reason[id, what[i]]] ")"
		if (what[i] == "-" && whats[id] != "") wrong("is asked, and listed as not asked")
		if (what[i] != "-" && !((id, what[i]) in differs))
			wrong(what[i] ": is listed as a difference and does not differ")
	}
	return remark
}

function judge(id,    remark) {
	said = ""
	lines = 0
	if (id in problem) wrong(problem[id])
	judge_rows(id)
	if (!strict) remark = judge_list(id)
	check(lines == 0, id remark)
	if (lines > most_lines) wrong("")
	if (lines) print substr(said, 2) (lines > most_lines ? "\n#   and more" : "")
}

# The behaviours that were recorded of a real device: each is asked, or said why not.
function check_behaviours(    i, id, missing) {
	for (i = 1; i <= behaviours; i++) {
		id = sprintf("D%03d", i)
		if (!(id in known) && id != "D027") missing = missing " " id
	}
	check(missing == "", "every recorded behaviour is asked or listed" missing)
}

END {
	check(of_a_device, "the answers say which device gave them")
	for (i = 1; i <= count; i++) if (!strict || ids[i] in whats) judge(ids[i])
	if (!strict) {
		check(reasons <= most_reasons, "at most " most_reasons " reasons for a difference")
		for (one in text) if (!uses[one]) unused = unused " " one
		check(unused == "", "each reason is used" unused)
		check_behaviours()
	}
	print "1.." number
	exit bad > 0
}
