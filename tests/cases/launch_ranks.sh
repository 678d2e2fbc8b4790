#!/usr/bin/env bash
# A launcher of the simplest kind for the tests: sets a launcher's variables and starts the ranks.
#
# launch_ranks.sh KIND SIZE [RANK=CASE]... -- PROGRAM CASE: every rank runs PROGRAM CASE, those named
# another CASE. Exits with the last status that is not 0.
kind=$1 size=$2
shift 2
declare -A cases=()
while [ "$1" != -- ]; do
	cases[${1%%=*}]=${1#*=}
	shift
done
program=$2 case=$3 status=0
variables() { # rank: NAME=value lines
	case $kind in
	torchrun) printf '%s\n' RANK="$1" LOCAL_RANK="$1" WORLD_SIZE="$size" TORCHELASTIC_RUN_ID=night ;;
	openmpi) printf '%s\n' OMPI_COMM_WORLD_RANK="$1" OMPI_COMM_WORLD_SIZE="$size" PMIX_RANK="$1" ;;
	mpich) printf '%s\n' PMI_RANK="$1" PMI_SIZE="$size" ;;
	slurm) printf '%s\n' SLURM_PROCID="$1" SLURM_NTASKS="$size" SLURM_JOB_ID=42 SLURM_STEP_ID=0 ;;
	user) printf '%s\n' VRAMTRACK_RANK="$1" ;;
	esac
}
for ((rank = 0; rank < size; rank++)); do
	mapfile -t set < <(variables "$rank")
	env "${set[@]}" "$program" "${cases[$rank]:-$case}" >/dev/null &
	children[rank]=$!
done
for child in "${children[@]}"; do
	wait "$child" || status=$?
done
exit "$status"
