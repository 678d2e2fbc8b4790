#!/usr/bin/env bash
# Ranks of a job: what launchers tell is kept, ranks are compared, processes are shown as trees.
. "$(dirname "$0")/lib.sh"

findings=$HAZARDS/findings
launcher=$(cd "$(dirname "$0")" && pwd)/launch_ranks.sh

# of the comparison alone
merged() { # WHAT JQ-FILTER
	timeout 60 "$VRAMTRACK" report --merge --format=json rec >merged.json 2>merged.err
	local seen
	if seen=$(jq -e "$words $2" merged.json 2>&1); then passed "$1"; else
		failed "$1" < <(echo "not so: $2 (gives: $seen)"; head -c 2500 merged.json)
	fi
}

# launcher, name in JSON, what the text says, job
while IFS='|' read -r kind name says job; do
	for way in tracked preloaded; do
		scene "$kind, $way"
		$way "$launcher" "$kind" 4 -- "$findings" leaks
		is 'a recording for each rank' "$(recordings)" 4
		holds 'rank, launcher and job are in each process' \
			"[.processes[].rank] | sort == [0, 1, 2, 3]"
		holds 'by the launcher'\''s name' \
			"[.processes[] | select(.launcher == \"$name\" and .job == $job)] | length == 4"
		holds 'one job of four ranks' '(.ranks.jobs | length) == 1 and .ranks.jobs[0].ranks == 4'
		timeout 60 "$VRAMTRACK" report --show processes rec >text 2>&1
		says 'the text names the rank' text "$says"
	done
done <<'TABLE'
torchrun|torchrun|^  rank 3 of 4 \(torchrun\), job night$|"night"
openmpi|openmpi|^  rank 3 of 4 \(Open MPI\)$|null
mpich|pmi|^  rank 3 of 4 \(MPI\)$|null
slurm|slurm|^  rank 3 of 4 \(Slurm\), job 42.0$|"42.0"
user|user|^  rank 3 \(VRAMTRACK_RANK\)$|null
TABLE

scene 'a rank that leaks'
tracked "$launcher" torchrun 5 2=leaks -- "$findings" clean
merged 'it stands apart where it leaked' \
	'[.ranks.jobs[0].sites[] | select(.class == "leak") | .apart | map(.rank)] | length > 0 and all(. == [2])'
merged 'as a whole too' \
	'.ranks.jobs[0].accounts[] | select(.account == "leak" and .bucket == "vram") |
	.min == 0 and .median == 0 and .max > 0 and [.apart[].rank] == [2]'
merged 'rows carry identities and stacks' \
	'all(.ranks.jobs[0].sites[]; (.identity | test("^[0-9a-f]{32}$")) and (.stack | length) > 0)'
"$VRAMTRACK" report --merge rec >text 2>&1
says 'the text names it' text '^ +apart: rank 2: '
says 'and where' text '^  first_allocation.* by '

scene 'a rank without a recording'
tracked "$launcher" slurm 4 -- "$findings" leaks
rm -f "$(grep -l -a 'SLURM_PROCID=1' rec/*.vramtrack)"
merged 'is missing' '.ranks.jobs[0] | .missing == [1] and .missing_count == 1'
"$VRAMTRACK" report rec >text 2>&1
says 'which the text says' text 'missing: no recording of 1 rank: 1$'

scene 'two runs in one folder'
preloaded "$launcher" slurm 2 -- "$findings" leaks
sed 's/SLURM_JOB_ID=42/SLURM_JOB_ID=43/' "$launcher" >other.sh
chmod +x other.sh
preloaded ./other.sh slurm 2 -- "$findings" leaks
merged 'are two jobs' '[.ranks.jobs[].job] | sort == ["42.0", "43.0"]'
merged 'neither is mixed' 'all(.ranks.jobs[]; .mixed | not)'

scene 'two runs that nothing tells apart'
preloaded "$launcher" openmpi 2 -- "$findings" leaks
preloaded "$launcher" openmpi 2 -- "$findings" leaks
merged 'are one job, and it is said' '.ranks.jobs | length == 1 and .[0].mixed'

scene 'hostile variables'
long=$(head -c 100000 /dev/zero | tr '\0' x)
VRAMTRACK_RANK=1$'\x1f'RANK=7 RANK=-5 WORLD_SIZE=$long OMPI_COMM_WORLD_RANK=99999999999999999999 \
	SLURM_PROCID=3 SLURM_NTASKS=2 SLURM_JOB_ID=$'a"<b>\n\x1b[31m\xff'$long tracked "$findings" leaks
is 'the program is not disturbed' $status 0
holds 'no rank from what is no number, and a job that is cut' \
	'.processes[0] | .rank == 3 and .world_size == null and .launcher == "slurm" and (.job | length) < 120'
"$VRAMTRACK" report --show all rec >text 2>&1
silent_about 'no control character of it reaches the terminal' text "$(printf '\033')"

scene 'without any rank'
tracked "$findings" leaks
holds 'null everywhere' '.processes[0] | .rank == null and .launcher == null and .job == null'
holds 'and no comparison' 'has("ranks") | not'

scene 'a fork tree'
tracked fork both
is 'status is 0' $status 0
holds 'the child names its parent' \
	'.ranks.processes as $all | [$all[] | select(.parent != null) | select(.parent_pid == $all[.parent].pid)] |
	length == 1'
"$VRAMTRACK" report --merge rec >text 2>&1
says 'it stands below it' text '^    [0-9]+  .*fork both'

scene 'a child that allocates first'
tracked fork child_first
holds 'it stands below its parent' \
	'.ranks.processes as $all | [$all[] | select(.parent != null) | select(.parent_pid == $all[.parent].pid)] |
	length == 1'
holds 'and began after it, though it allocated before' '.processes[1].parent_pid == .processes[0].pid'

scene 'a child whose parent is gone'
tracked fork orphan
holds 'is known by who started it' '.processes[1].parent_pid == .processes[0].pid'
holds 'and stands below it' '.ranks.processes[1].parent == 0'

scene 'a process that allocates late'
tracked fork late
holds 'started before that' '.processes[0].duration_seconds >= 0.3'
timeout 60 "$VRAMTRACK" report --show peak rec >text 2>&1
says 'and its peak is later' text '^peak: 1.0 MiB of device memory on GPU 0, ([3-9][0-9][0-9].[0-9] ms|[1-9][0-9.]* s) after the start'

scene 'a rank that starts others'
VRAMTRACK_RANK=5 tracked fork many
merged 'they are of its rank' '.ranks.jobs | length == 1 and .[0].ranks == 1 and .[0].processes == 8'
merged 'and no mixture' '.ranks.jobs[0].mixed | not'

scene 'damage among many'
tracked "$launcher" torchrun 3 -- "$findings" leaks
set -- rec/*.vramtrack
cp "$1" rec/copy.vramtrack
ln -s "$(basename "$1")" rec/link.vramtrack
head -c 5000 "$2" >rec/short.vramtrack
echo 'no recording' >rec/text.vramtrack
mkdir rec/folder.vramtrack
ln -s . rec/folder.vramtrack/loop
ln -s .. rec/folder.vramtrack/loop.vramtrack
mkfifo rec/pipe.vramtrack
mv "$3" rec/folder.vramtrack/
for way in '' --merge; do
	timeout 20 "$VRAMTRACK" report $way rec >text 2>err
	is "exit code 4 ${way:-without --merge}" $? 4
	is 'each damaged one is named' "$(grep -cE '(short|text|folder|pipe)\.vramtrack: ' err)" 4
	is 'copies and links are counted once' "$(grep -c 'the same recording as .*: counted once' err)" 2
done
says 'the others are shown' text '^vramtrack: 2 processes, '
timeout 20 "$VRAMTRACK" report --merge --recursive rec >text 2>err
says '--recursive finds those in folders, and ends in a ring of links' text '^vramtrack: 3 processes, '

finish
