#!/usr/bin/env bash
# The list of CUDA's memory API (docs/coverage.tsv) beside the shim and beside
# the headers of the toolkit: a function that is in neither place, or in only
# one, fails here, and so does a memory function of a newer toolkit.
set -u
shopt -s lastpipe # a check at the end of a pipe counts here
cd "$(dirname "$0")/.." || exit 99
export LC_ALL=C
list=docs/coverage.tsv
: "${VRAMTRACK_PRELOAD:?path of the shim}" "${CUDA_INCLUDE:?folder of the headers of CUDA}"
work=$(mktemp -d "${TMPDIR:-/tmp}/vramtrack-list.XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
status=0 number=0

# nothing WHAT: standard input, one problem a line, must be empty
nothing() {
	same "$1" ''
}

# same WHAT WANTED: standard input is that text
same() {
	local seen
	seen=$(cat)
	number=$((number + 1))
	if [ "$seen" = "$2" ]; then echo "ok $number - $1"; else
		echo "not ok $number - $1"
		diff <(echo "$2") <(echo "$seen") | grep '^[<>]' | head -n 40 |
			sed 's/^>/#   seen:  /; s/^</#   wanted:/'
		status=1
	fi
}

skip() { # WHAT WHY
	number=$((number + 1))
	echo "ok $number - $1 # SKIP $2"
}

# Rows of a list that are tracked so: api, symbols, what, how, tracked, tested
rows() { # HOW [LIST]
	awk -F'\t' -v how="$1" '$4 == how' "${2:-$list}"
}
symbols() { cut -f2 | tr ' ' '\n' | sort; }

# ---- The list itself -------------------------------------------------------
awk -F'\t' 'NF != 6 || $0 ~ /\t\t|\t$|^\t/ {print NR ": not six columns"} seen[$1]++ {print $1 ": twice"}
	NR > 1 && $4 !~ /^(wrapped|watched|door|asked|read|below|not followed|no effect)$/ {print $1 ": " $4 "?"}
	$1 ~ /[*]/ && $4 != "no effect" {print $1 ": a pattern may only have no effect"}' "$list" |
	nothing 'every row has its six columns'

# Blocks are of frameworks' caches, handles of CUDA's libraries: no function of the driver makes one.
kinds() { sed -n 's/^\tVT_KIND([A-Z_]*, "\([a-z_]*\)".*/\1/p' src/recording/format_memory.h | grep -vxE 'block|library_handle' | sort; }
rows wrapped | sed -nE 's/.*\tenters ([a-z_, ]+).*/\1/p' | sed 's/ or /,/g' | tr -s ', ' '\n' |
	grep . | sort -u >"$work/entered"
comm -3 <(kinds) "$work/entered" | nothing 'the kinds that rows enter are the kinds there are'

awk -F'\t' 'FNR == NR {count = split($2, names, " "); for (i = 1; i <= count; i++) listed[names[i]] = 1; next}
	$4 == "below" && !($5 in listed) {print $1 ": no " $5 " in the list"}' "$list" "$list" | nothing 'a runtime function is seen as a driver function of the list'

# Every file under tests/ that a row names has to call the function.
(cd tests && awk -F'\t' '
	function calls(name, file) {
		if (!(file in text)) {
			while ((getline line < file) > 0) {
				gsub(/[^A-Za-z0-9_]+/, " ", line)
				text[file] = text[file] " " line " "
			}
		}
		return index(text[file], " " name " ")
	}
	FNR > 1 && $6 ~ /\// {
		files = split($6, file, " ")
		names = split($1 " " $2, name, " ")
		for (f = 1; f <= files; f++) {
			called = 0
			for (n = 1; n <= names; n++) called = called || calls(name[n], file[f])
			if (!called) print $1 ": not in tests/" file[f]
		}
	}' ../"$list") | nothing 'a program that is to test a function calls it'

# ---- The list and the shim -------------------------------------------------
wrapped_by_shim() { nm -D --defined-only "$VRAMTRACK_PRELOAD" | awk '$3 ~ /^cu[A-Z]/ {print $3}' | sort; }
wrapped_by_list() { { rows wrapped "$@" && rows watched "$@" && rows door "$@"; } | symbols; }

wrapped_by_shim >"$work/shim"
comm -3 <(wrapped_by_list) "$work/shim" |
	nothing 'every exported name of a wrapped function is wrapped, and no other'

if nm "$VRAMTRACK_PRELOAD" 2>/dev/null | grep -q ' vt__'; then
	comm -23 <(rows wrapped | symbols) \
		<(nm "$VRAMTRACK_PRELOAD" | sed -n 's/.* vt__rules_//p' | sort) |
		nothing 'what is wrapped has its rules'
else
	skip 'what is wrapped has its rules' 'the shim is stripped'
fi

sed -n 's/.*QUERY(\(cu[A-Z][A-Za-z0-9_]*\)).*/\1/p' preload/*/*.h | sort -u >"$work/asked"
comm -13 <({ rows asked && rows wrapped && rows watched; } | symbols) "$work/asked" |
	nothing 'what the tool asks the driver is in the list'
rows asked | awk -F'\t' 'FNR == NR {asked[$1] = 1; next}
	{count = split($2, names, " "); found = 0
	 for (i = 1; i <= count; i++) found = found || names[i] in asked
	 if (!found) print $1}' "$work/asked" - | nothing 'and what the list says it asks is asked'

# ---- The list and the toolkit ----------------------------------------------
# Declared functions of a header, one a line: name TAB parameters. What a macro
# makes of a name (another ABI, another default stream) counts as declared.
declared() {
	tr -d '\r' <"$1" | awk '
	function uncommented(line, found, out) {
		while (line != "") {
			found = index(line, within ? "*/" : "/*")
			if (!within) out = out (found ? substr(line, 1, found - 1) : line)
			if (!found) break
			line = substr(line, found + 2)
			within = !within
		}
		sub(/\/\/.*/, "", out)
		return out
	}
	function keep_defined(line, words, name) {
		if (!sub(/^[ \t]*#[ \t]*define[ \t]+cu[A-Za-z0-9_]+[ \t]+/, "", line)) return
		split(line, words, /[ \t()]+/)
		name = words[1]
		if (name == "__CUDA_API_PTSZ") name = words[2] "_ptsz"
		if (name == "__CUDA_API_PTDS") name = words[2] "_ptds"
		if (name ~ /^cu[A-Z]/) print name "\t"
	}
	{
		line = uncommented($0)
		if (line ~ /^[ \t]*#/) keep_defined(line)
		else if (line ~ /[^ \t]/) code[++lines] = line
	}
	END {
		for (i = 1; i <= lines; i++) {
			statement = statement " " code[i]
			if (code[i] !~ /[;{}]/) continue
			if (statement ~ /CUDAAPI|CUDARTAPI/ && statement !~ /typedef/ &&
			    match(statement, /(cu[A-Z]|cuda[A-Z])[A-Za-z0-9_]*[ \t]*\(/)) {
				name = substr(statement, RSTART, RLENGTH - 1)
				rest = substr(statement, RSTART + RLENGTH - 1)
				gsub(/[ \t]/, "", name)
				gsub(/[ \t]+/, " ", rest)
				print name "\t" rest
			}
			statement = ""
		}
	}' | sort -u
}

# Which of the functions on standard input speak of memory and are not in the
# list, by name or by pattern; or are an unlisted variant of a wrapped one.
unlisted() { # [LIST]
	awk -F'\t' '
	BEGIN {
		names = "^cu(da)?(Mem($|[^cs]|c[^p]|s[^e])|Malloc|Free|Host|Array|Mipmapped|External|Ipc|Import|" \
			"DestroyExternal|Multicast|Graph.*Mem|GraphAdd|GraphInstantiate|GraphExec(Update|Destroy)|" \
			"GraphLaunch|GraphUpload|GraphDestroy|GraphClone|Graphics|GL|EGL|VDPAU|" \
			"Ctx(Create|Destroy|Attach|Detach|From)|Green|Checkpoint|DevicePrimary|DeviceReset|" \
			"(Module|Library)(Load|Unload)|Link|Stream(Create|Destroy|Attach|Begin)|" \
			"Event(Create|Destroy)|(Create|Destroy)[A-Z]|.*(Object(Create|Destroy)|Alloc|Free|Pool|" \
			"Register|Reserve|Export|Quota|Limit))"
		handles = "CUdeviceptr(_v[0-9])?|CUmemGenericAllocationHandle|CUarray|CUmipmappedArray|" \
			"CUmemoryPool|CUexternalMemory|CUexternalSemaphore|CUgraphicsResource|CUmodule|" \
			"CUlibrary|CUcontext|CUgreenCtx|CUstream|CUevent|CUgraphExec|CU(tex|surf)Object|" \
			"cuda(Array_t|MipmappedArray_t|MemPool_t|External(Memory|Semaphore)_t|GraphExec_t|" \
			"Stream_t|Event_t|PitchedPtr|TextureObject_t|SurfaceObject_t|Library_t)"
		made = "(^|[(, ])((" handles ") ?\\*|void ?\\* ?\\*)"
	}
	FNR == NR {
		if (FNR == 1) next
		how[$1] = $4
		if ($1 ~ /[*]/) {
			pattern = $1
			gsub(/[*]/, "[A-Za-z0-9_]*", pattern)
			patterns = patterns "|^" pattern "$"
		}
		count = split($2, symbols, " ")
		for (i = 1; i <= count; i++) listed[symbols[i]] = 1
		next
	}
	$1 in listed || $1 in how { next }
	{
		base = $1
		sub(/_pts?[dz]+$/, "", base)
		sub(/_v[0-9]+$/, "", base)
		if (how[base] == "wrapped") { print $1 ": a variant of a wrapped function"; next }
		if (how[base] != "" || base ~ substr(patterns, 2)) next
		if (base ~ names) print $1 ": its name speaks of memory"
		else if ($2 ~ made) print $1 ": it gives memory or a handle"
	}' "${1:-$list}" -
}

headers='cuda.h cuda_runtime_api.h cudaGL.h cudaEGL.h cudaVDPAU.h cuda_gl_interop.h cuda_egl_interop.h cuda_vdpau_interop.h'
for header in $headers; do
	what="every memory function of $header is in the list"
	path=$CUDA_INCLUDE/$header
	# Our own declarations have what is used, not all that there is.
	[ "$(realpath "$CUDA_INCLUDE")" != "$PWD/toolkit/include" ] || path="toolkit of NVIDIA's here"
	[ -e "$path" ] || { skip "$what" "there is no $path"; continue; }
	declared "$path" >"$work/$header"
	unlisted <"$work/$header" | nothing "$what"
done
for header in cuda.h cuda_runtime_api.h; do
	[ -e "$work/$header" ] || continue
	cut -f1 "$work/$header" | grep -cE '^(cuMemAlloc_v2|cuMemFree_v2|cuMemAllocAsync_ptsz|cudaMalloc|cudaFree)$' |
		same "the functions of $header were found" "$([ $header = cuda.h ] && echo 3 || echo 2)"
done

# A row that is newer than this toolkit says of which CUDA it is, and where that was
# read; and what this toolkit has is no longer only read.
newer_rows() { # VERSION-OF-TOOLKIT [LIST]
	cat "$work"/*.h | cut -f1 | awk -F'\t' -v toolkit="$1" '
	FILENAME == "-" { declared[$1] = 1; next }
	FNR == 1 { next }
	{
		since = match($0, /CUDA 13\.[0-9]+, read in its reference/) ? substr($0, RSTART + 8) + 0 : -1
		count = split($2, symbols, " ")
		for (i = 1; i <= count && symbols[i] != "-"; i++) {
			if (symbols[i] in declared || symbols[i] ~ /_pts[zd]$/) continue
			if (since < 0 || since > toolkit) continue
			print symbols[i] ": of CUDA 13." since ", and not in the headers of 13." toolkit
		}
	}' - "${2:-$list}"
}
# Our own declarations and those of CUDA 12 are not all that is wrapped.
minor=$(sed -nE 's/^#define CUDA_VERSION 13([0-9]{2})0$/\1/p' "$CUDA_INCLUDE/cuda.h" 2>/dev/null)
if [ -n "$minor" ] && [ -e "$work/cuda.h" ]; then
	newer_rows "$((10#$minor))" | nothing 'what is read in a reference alone is newer than the toolkit'
	comm -23 <(rows wrapped | symbols) <(cut -f1 "$work/cuda.h" "$work"/cuda[GEV]*.h 2>/dev/null | sort -u) >"$work/undeclared"
	awk -F'\t' 'FNR == NR {undeclared[$1] = 1; next}
		{count = split($2, names, " ")
		 for (i = 1; i <= count; i++) if (names[i] in undeclared && names[i] !~ /_ptsz$/ && !/CUDA 13\.[0-9]+, read in its reference/)
			print names[i] ": in no header, and it does not say where it was read"}' "$work/undeclared" "$list" |
		nothing 'what is wrapped is in the headers, or says where it was read'
else
	skip 'what is read in a reference alone is newer than the toolkit' 'there are no headers of CUDA 13'
	skip 'what is wrapped is in the headers, or says where it was read' 'there are no headers of CUDA 13'
fi

# ---- And all of this can fail ----------------------------------------------
cat >"$work/newer.h" <<'HEADER'
/* CUresult CUDAAPI cuMemInAComment(void); */
#define cuMemCreate cuMemCreate_v2
    #define cuMemMap                       __CUDA_API_PTSZ(cuMemMap)
#define cuMemcpy2DNew __CUDA_API_PTSZ(cuMemcpy2DNew)
CUresult CUDAAPI cuMemAlloc(CUdeviceptr *dptr, size_t bytesize); // cuMemInAnother(
CUresult CUDAAPI cuMemTakeSome(unsigned int bytes);
CUresult CUDAAPI cuTileOpen(CUdevice device,
                            CUdeviceptr *tile);
CUresult CUDAAPI cuCtxCreate_v5(CUcontext *pctx);
CUresult CUDAAPI cuMemcpyNew(CUdeviceptr to, CUdeviceptr from, size_t bytes);
CUresult CUDAAPI cuDeviceIsBlue(int *blue, CUdevice device);
extern __host__ cudaError_t CUDARTAPI cudaMallocElsewhere(void **devPtr, size_t size);
extern __host__ cudaError_t CUDARTAPI cudaTileOpen(int tile, void **address);
typedef CUresult (CUDAAPI *cuMemNewType)(int);
HEADER
declared "$work/newer.h" | unlisted | same 'a newer header is told by what is new in it' \
	'cuCtxCreate_v5: a variant of a wrapped function
cuMemCreate_v2: a variant of a wrapped function
cuMemMap_ptsz: a variant of a wrapped function
cuMemTakeSome: its name speaks of memory
cuTileOpen: it gives memory or a handle
cudaMallocElsewhere: its name speaks of memory
cudaTileOpen: it gives memory or a handle'

grep -v '^cuMemCreate	' "$list" | sed 's/cuMemFree cuMemFree_v2/cuMemFree cuMemFree_v2 cuMemFree_v3/' \
	>"$work/other.tsv"
comm -3 <(wrapped_by_list "$work/other.tsv") "$work/shim" | tr -d '\t' |
	same 'a list that lacks one function and has one more is told' 'cuMemCreate
cuMemFree_v3'
printf 'cuMemCreate\t(CUmemGenericAllocationHandle *handle)\n' | unlisted "$work/other.tsv" |
	same 'and the header beside it' 'cuMemCreate: its name speaks of memory'

echo "1..$number"
exit $status
