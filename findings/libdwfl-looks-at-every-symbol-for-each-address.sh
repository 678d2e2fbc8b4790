#!/usr/bin/env bash
# libdwfl goes through a whole symbol table for each address that it is asked for.
#
# Software: elfutils 0.188-2.1 (Debian 12).
# Behaviour: dwfl_module_addrinfo and dwfl_module_addrname look at each symbol of the module, and at the first
# byte of each name, at every call; nothing is sorted or kept. With a hundred times the symbols a look-up takes
# about a hundred times as long (measured: 0.02 ms with 1000, 2 ms with 100,000), so that 500 addresses of a library with
# 300,000 symbols take seconds.
# Seen: "1000 symbols: right names; 100000 symbols: right names; a look-up takes 40 times as long or more".
set -u
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
of=0.188-2.1
if ! command -v gcc >/dev/null || ! apt-get download -q libdw1=$of libdw-dev=$of libelf1=$of libelf-dev=$of >/dev/null 2>&1; then
	echo "needs gcc, and apt-get with Debian 12's packages"
	exit 77
fi
for package in ./*.deb; do dpkg -x "$package" root || exit 99; done
libraries=$(dirname "$(find root -name libdw.so.1)")
cat >names.c <<'END'
#include <elfutils/libdwfl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* names LIBRARY SYMBOLS: microseconds of a look-up, the least of ten rounds */
int main(int argc, char **argv)
{
	const Dwfl_Callbacks callbacks = {
		.find_elf = dwfl_build_id_find_elf, .find_debuginfo = dwfl_standard_find_debuginfo,
		.section_address = dwfl_offline_section_address};
	Dwfl *dwfl = dwfl_begin(&callbacks);
	Dwfl_Module *module = dwfl_report_offline(dwfl, "names", argv[1], -1);
	const int count = atoi(argv[2]), symbols = dwfl_module_getsymtab(module);
	double best = 1e9;

	(void)argc;
	for (int round = 0; round < 10; round++) {
		struct timespec begin, end;
		unsigned right = 0, asked = 0;

		clock_gettime(CLOCK_MONOTONIC, &begin);
		for (int i = 1; i < symbols; i += symbols / 20) {
			GElf_Sym symbol;
			GElf_Addr address;
			GElf_Off offset;
			const char *name = dwfl_module_getsym_info(module, i, &symbol, &address, NULL, NULL, NULL);
			const char *found;

			if (GELF_ST_TYPE(symbol.st_info) != STT_FUNC || strncmp(name, "function_", 9))
				continue;
			found = dwfl_module_addrinfo(module, address, &offset, &symbol, NULL, NULL, NULL);
			asked++;
			right += found && !strcmp(found, name);
		}
		clock_gettime(CLOCK_MONOTONIC, &end);
		if (!asked || right != asked || symbols < count)
			return 1;
		double took = ((end.tv_sec - begin.tv_sec) * 1e6 + (end.tv_nsec - begin.tv_nsec) / 1e3) / asked;
		best = took < best ? took : best;
	}
	printf("%.3f\n", best);
	return 0;
}
END
gcc -O2 -o names names.c -I root/usr/include "$libraries/libdw.so.1" "$libraries/libelf.so.1" -Wl,-rpath,"$PWD/$libraries" || exit 99
look_up() { # SYMBOLS
	awk -v count="$1" 'BEGIN { print "\t.text"; for (i = 0; i < count; i++)
		printf "\t.globl function_%d\n\t.type function_%d, @function\nfunction_%d:\n\tret\n\t.size function_%d, .-function_%d\n", i, i, i, i, i }' >"$1.S"
	gcc -shared -nostdlib -o "$1.so" "$1.S" && ./names "$1.so" "$1"
}
few=$(look_up 1000) && printf '1000 symbols: right names; ' >seen
many=$(look_up 100000) && printf '100000 symbols: right names; ' >>seen
echo "microseconds of a look-up: $few with 1000 symbols, $many with 100000"
awk -v few="$few" -v many="$many" 'BEGIN { print "a look-up takes " (many >= 40 * few ? "40 times as long or more" : "less than 40 times as long") }' >>seen
cat seen
echo '1000 symbols: right names; 100000 symbols: right names; a look-up takes 40 times as long or more' | cmp -s - seen
# In vramtrack: reports/names/symbol_index.c makes one pass over the symbols instead.
