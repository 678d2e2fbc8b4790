#!/usr/bin/env bash
# The page of --format=html: opened and used in a browser without a screen.
. "$(dirname "$0")/lib.sh"

here=$(cd "$(dirname "$0")/../page" && pwd)
launcher=$(cd "$(dirname "$0")" && pwd)/launch_ranks.sh
recordings=$(dirname "$HAZARDS")/page/recordings
export VRAMTRACK_BROWSER_HOME=$work PYTHONDONTWRITEBYTECODE=1

# page NAME COMMAND...: writes a page, in $pages
pages=$work/pages
mkdir "$pages"
page() {
	local name=$1
	shift
	limited "$VRAMTRACK" "$@"
	is "$name is made" "$status $(sed -n 's/^<!doctype html>$/page/p' "$pages/$name")" '0 page'
}

scene 'the page is one file'
cat >serve.py <<'PYTHON'
class Model:
    def load(self):
        self.weights = torch.load("weights")

class KvCache: # line 5
        self.blocks.append(torch.empty(size))

    def step(self):
        self.cache.grow()
        return self.batch()

model.load()
model.step()
PYTHON
for kind in before after hostile many empty; do
	"$recordings" $kind $kind.vramtrack || exit 99
done
page report.html report --format=html -o "$pages/report.html" before.vramtrack
page diff.html diff --format=html -o "$pages/diff.html" before.vramtrack after.vramtrack
mkdir part && cp after.vramtrack part && echo text >part/text.vramtrack
"$VRAMTRACK" diff --format=html -o "$pages/part.html" before.vramtrack part 2>err
is 'a part of a run is compared' $? 4
page hostile.html report --format=html -o "$pages/hostile.html" hostile.vramtrack
page many.html report --format=html -o "$pages/many.html" many.vramtrack
page empty.html report --format=html -o "$pages/empty.html" empty.vramtrack
is 'it names no other file or host' \
	"$(sed 's/<!--.*//' "$pages/report.html" | grep -coE '(src|href)="|@import|url\(' )" 0
says 'and forbids to ask for any' "$pages/report.html" "Content-Security-Policy\" content=\"default-src 'none'; script-src 'sha256-"
data() { sed -n '/<script id="data"/,/<\/script>/p' "$pages/$1" | sed '1s/.*json">//; $s/<\/script>.*//'; }
is 'no byte of hostile names is markup' "$(data hostile.html | tr -cd '<>&' | wc -c)" 0
is 'nor ends a script' "$(grep -o '</script' "$pages/hostile.html" | wc -l)" 2
is 'its data is JSON' "$(data hostile.html | jq -r .schema)" vramtrack-page/1
is 'bytes add up to those of the JSON report' \
	"$(data many.html | jq '.report.processes[0] | [(.sites[], .sites_rest[]) | .leak[0]] | add')" \
	"$("$VRAMTRACK" report --format=json many.vramtrack | jq .summary.leaked_bytes)"
is 'a page of 12 000 call sites is bounded' "$(($(stat -c %s "$pages/many.html") < 8000000))" 1

scene 'source lines are of the repository alone'
"$recordings" before before.vramtrack || exit 99
echo 'a secret' >serve.txt
ln -s serve.txt serve.py
"$VRAMTRACK" report --format=html before.vramtrack >link.html
silent_about 'no line of a file of another kind' link.html 'a secret'
rm serve.py && mkfifo serve.py
limited "$VRAMTRACK" report --format=html before.vramtrack
is 'no pipe is waited for' $status 0
rm serve.py && mkdir elsewhere && printf 'print("outside")\n%.0s' {1..20} >elsewhere/serve.py
ln -s "$PWD/elsewhere/serve.py" serve.py
(mkdir inside && cd inside && "$VRAMTRACK" report --format=html ../before.vramtrack) >outside.html
silent_about 'no line of a file outside' outside.html 'outside'

# As the README says how to build them. Where each is told of, by whom, and the line to mend.
scene 'the examples'
examples=$(cd "$here/../../examples" && pwd)
line_of() { grep -n -m1 -- "$2" "$examples/$1" | cut -d: -f1; }
cp "$examples"/{leaky_worker,growing_server}.cpp "$examples/leaky_service.py" .
build=$(sed -n '/^ *g++ .*examples\/\$name.cpp/{N;p}' "$examples/../README.md" | tr -d '\\\n')
is 'the README says how to build them' "$(grep -c -- '-o $name .*-L/usr/local/lib/vramtrack/simulate' <<<"$build")" 1
build=${build//examples\//} build=${build//toolkit\/include/"$(cd "$examples/../toolkit/include" && pwd)"} build=${build//\/usr\/local\/lib\/vramtrack\/simulate/"$SIMULATE_DIR"}
while IFS='|' read -r name program heading called file planted; do
	[[ $program != python3* || -z $sanitizer_runtime ]] || { skip 'Python' 'it has no sanitizer' && continue; }
	[[ $program == python3* ]] || eval "$build" 2>build.err || failed "$name can be built" <build.err
	read -ra program <<<"$program"
	tracked "$(type -P "${program[0]}")" "${program[@]:1}"
	page "example-$name.html" report --format=html -o "$pages/example-$name.html" rec
	printf '%s|%s|%s|%s:%s\n' "$name" "$heading" "$called" "$file" "$(line_of "$file" "$planted")" >>"$pages/examples"
	ask
	rm -r rec && mkdir rec
done <<'TABLE'
leaky_worker|./leaky_worker|Leak8.0 MiB in 1 allocation of stream-ordered memory on GPU 0|cudaMallocAsync|leaky_worker.cpp|cudaMallocAsync(&
leaky_service|python3 leaky_service.py|Leak6.1 MiB in 6 allocations of device memory on GPU 0|cudaMalloc|leaky_service.py|self.keys = device.allocate
growing_server|./growing_server|Growth+8.5 MiB of device memory on GPU 0|cudaMalloc|growing_server.cpp|answers_.emplace(question
TABLE

scene 'a program of several ranks'
run_options=()
tracked "$launcher" torchrun 3 1=leaks -- "$HAZARDS/findings" clean
page ranks.html report --merge --format=html -o "$pages/ranks.html" rec
mkdir half && cp rec/*.vramtrack half && echo text >half/text.vramtrack
limited "$VRAMTRACK" report --merge --format=html -o "$pages/half.html" half
is 'a recording that cannot be read is bad input' $status 4
"$VRAMTRACK" report --format=html -o "$pages/unread.html" half 2>err
limited "$VRAMTRACK" gate --report "html=$pages/gate.html" rec
is 'the gate writes one too' "$status $(grep -c '"verdict":"findings"' "$pages/gate.html")" '1 1'
for file in rec/*.vramtrack; do size=$(stat -c %s "$file"); done
head -c $((size - 4096)) "$file" >torn.vramtrack
limited "$VRAMTRACK" report --format=html -o "$pages/torn.html" torn.vramtrack
is 'a torn recording is named' "$status $(grep -c torn.vramtrack err)" '4 1'

scene 'a page is for a browser'
limited "$VRAMTRACK" report --format=html --color=always "$pages/none.vramtrack"
is '--color has no effect' $status 2
limited "$VRAMTRACK" report --format=html --full-stacks "$pages/none.vramtrack"
is 'nor has --full-stacks' $status 2

"$recordings" before before.vramtrack || exit 99
limited script -qec "'$VRAMTRACK' report --format=html before.vramtrack" /dev/null
says 'a terminal is told so' out 'report: --format=html is not for a terminal: name a file with -o'
limited script -qec "'$VRAMTRACK' diff --format=html before.vramtrack before.vramtrack" /dev/null
says 'of a comparison too' out 'diff: --format=html is not for a terminal: name a file with -o'

ask
answer
if command -v chromedriver >/dev/null && command -v chromium >/dev/null; then
	HOME=$work CHECKS=$checks timeout -k 5 120 python3 "$here/look.py" "$pages" ${VRAMTRACK_PICTURES:+"$VRAMTRACK_PICTURES"} 2>look.err
	[ -e "$pages/checks" ] || { failed 'the browser was used' <look.err; finish; }
	read -r checks more <"$pages/checks"
	failures=$((failures + more))
else
	skip 'in a browser' 'chromedriver is not installed (package chromium-driver)'
fi
finish
