#!/usr/bin/env bash
# Documents of the gate are valid: against the published schemas, and in what those leave open.
set -u
here=$(cd "$(dirname "$0")" && pwd)
writer=${GATE_DOCUMENTS:-tests/gate_documents}
[ -x "$writer" ] || { echo "Bail out! no $writer: build it first"; exit 99; }
work=$(mktemp -d "${TMPDIR:-/tmp}/vramtrack-schemas.XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
. "$here/consumers_lib.sh"

json_valid() { # schema document
	jsonschema -i "$2" "$here/schemas/$1" && [ -s "$2" ]
}

# A schema that takes anything would make every check here worthless.
json_invalid() { # schema document filter
	jq "$3" "$2" >"$work/broken.json" && ! jsonschema -i "$work/broken.json" "$here/schemas/$1"
}

xml_valid() { xmllint --noout --nonet --schema "$here/schemas/jenkins-junit.xsd" "$1"; }

xml_invalid() { # document, what to replace, by what
	sed "s/$2/$3/" "$1" >"$work/broken.xml" && ! cmp -s "$1" "$work/broken.xml" &&
		! xml_valid "$work/broken.xml"
}

# true of the document, in XPath
xml_says() { # document expression
	local seen
	seen=$(xmllint --nonet --xpath "$2" "$1") && echo "$2: $seen" && [ "$seen" = true ]
}

"$writer" "$work" >"$work/seen" 2>&1
result $? 'the documents are written'

for name in findings clean lost; do
	check "JUnit, $name: as Jenkins' schema wants it" xmllint xml_valid "$work/$name.junit"
	check "JUnit, $name: each case has one outcome" xmllint \
		xml_says "$work/$name.junit" 'not(//testcase[count(*) > 1])'
	check "JUnit, $name: the suites' sums are those of their cases" xmllint \
		xml_says "$work/$name.junit" 'not(//testsuite[@tests != count(testcase) or
			@failures != count(testcase/failure) or @errors != count(testcase/error) or
			@skipped != count(testcase/skipped)]) and count(//testcase) > 0'
	# The schema of Ant's reports, which others read by, wants these.
	check "JUnit, $name: what Ant's readers want is there" xmllint \
		xml_says "$work/$name.junit" 'not(//testcase[not(@name and @classname and @time)]) and
			not(//testsuite[not(@timestamp and @hostname and @time and @id and @package and
			properties/property and system-out and system-err)])'
	check "SARIF, $name: as the schema of SARIF 2.1.0 wants it" jsonschema \
		json_valid sarif-2.1.0-rtm.5.json "$work/$name.sarif"
	# Beyond the schema: the text of the standard, and what code scanning asks for.
	check "SARIF, $name: indices lead to what they say" jq jq -e '.runs[0] as $run |
		[$run.results[] | .ruleId == $run.tool.driver.rules[.ruleIndex].id] +
		[$run | .. | objects | select(has("uri") and has("index")) |
			.uri == $run.artifacts[.index].location.uri] + [$run.tool.driver.rules | length > 3] |
		all' "$work/$name.sarif"
	check "SARIF, $name: what is found has a file, a level and a fingerprint" jq jq -e '
		[.runs[0].results[] | select(.baselineState != "absent") |
			(.locations[0].physicalLocation.artifactLocation.uri | length > 0) and
			(.level | IN("error", "warning", "note")) and
			(.partialFingerprints["vramtrackIdentity/v2"] | test("^[0-9a-f]{32}$"))] | all
		' "$work/$name.sarif"
	check "SARIF, $name: states are of all results or of none" jq jq -e '
		[.runs[0].results[] | has("baselineState") and has("suppressions")] | all' "$work/$name.sarif"
	check "SARIF, $name: the base is an absolute folder" jq jq -e '
		.runs[0].originalUriBaseIds["%SRCROOT%"].uri | test("^file:///.*/$")' "$work/$name.sarif"
	check "GitLab, $name: as its description has it" jsonschema \
		json_valid gitlab-code-quality.json "$work/$name.gitlab"
	check "GitLab, $name: fingerprints are of one entry each" jq jq -e '
		map(.fingerprint) | length == (unique | length)' "$work/$name.gitlab"
done

check 'the schemas refuse: a result without a message' jsonschema \
	json_invalid sarif-2.1.0-rtm.5.json "$work/findings.sarif" 'del(.runs[0].results[0].message)'
check 'the schemas refuse: a state that there is not' jsonschema json_invalid \
	sarif-2.1.0-rtm.5.json "$work/findings.sarif" '.runs[0].results[0].baselineState = "fresh"'
check 'the schemas refuse: a severity that there is not' jsonschema \
	json_invalid gitlab-code-quality.json "$work/findings.gitlab" '.[0].severity = "bad"'
check 'the schemas refuse: an attribute that there is not' xmllint \
	xml_invalid "$work/findings.junit" '<failure ' '<failure size="1" '

echo "1..$number"
[ "$failures" -eq 0 ]
