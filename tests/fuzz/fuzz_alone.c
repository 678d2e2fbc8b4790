/*
 * Runs a fuzz target without libFuzzer, as a unit test of any compiler:
 *
 *   fuzz_NAME [-n ROUNDS] [-s SEED] [FILE...]
 *
 * replays the files, or else the corpus, then ROUNDS inputs made of them; the same seed gives
 * the same rounds.
 */
#include "config.h"

#include "tests/fuzz/fuzz.h"

#ifndef VT_LIBFUZZER

#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define INPUT_BYTES (1u << 20)

#pragma weak LLVMFuzzerCustomMutator
#pragma weak fuzz_reached
#pragma weak fuzz_rounds

static glob_t inputs;

/* A few bytes changed, one left out or put in, at places at random. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most)
{
	static const uint8_t likely[] = "\0\1\x7f\x80\xff:=*,\n\\ %0#>^$";
	const size_t at = size ? fuzz_random() % size : 0;
	const uint8_t byte = fuzz_random() % 3 ? likely[fuzz_random() % sizeof(likely)]
					       : (uint8_t)fuzz_random();

	switch (fuzz_random() % 4) {
	case 0:
		if (size > 1) {
			memmove(data + at, data + at + 1, size - at - 1);
			return size - 1;
		}
		break;
	case 1:
		if (size < most) {
			memmove(data + at + 1, data + at, size - at);
			data[at] = byte;
			return size + 1;
		}
		break;
	default:
		break;
	}
	if (!size)
		size = most > 0;
	data[at] = byte;
	return size;
}

static size_t read_input(const char *path, uint8_t *data)
{
	FILE *file = fopen(path, "r");
	size_t size;

	if (!file) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		exit(1);
	}
	size = fread(data, 1, INPUT_BYTES, file);
	fclose(file);
	return size;
}

static void run(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);

	if (!copy)
		abort();
	memcpy(copy, data, size);
	(void)LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

static void run_rounds(unsigned long rounds, uint8_t *data)
{
	for (unsigned long round = 0; round < rounds; round++) {
		size_t size = inputs.gl_pathc && round % 8
				      ? read_input(inputs.gl_pathv[round % inputs.gl_pathc], data)
				      : 0;

		for (unsigned changes = 1 + fuzz_random() % 4; changes; changes--)
			size = LLVMFuzzerCustomMutator
				       ? LLVMFuzzerCustomMutator(data, size, INPUT_BYTES,
								 fuzz_random())
				       : LLVMFuzzerMutate(data, size, INPUT_BYTES);
		run(data, size);
	}
}

/* The corpus is named as the program is, behind "fuzz_". */
static void find_corpus(const char *program)
{
	const char *name = strrchr(program, '_');
	char pattern[4096];

	snprintf(pattern, sizeof(pattern), "%s/%s/*", FUZZ_CORPUS, name ? name + 1 : program);
	(void)glob(pattern, 0, NULL, &inputs);
}

int main(int argc, char **argv)
{
	unsigned long rounds = &fuzz_rounds ? fuzz_rounds : 1000;
	uint8_t *data = malloc(INPUT_BYTES);
	bool reached;
	int option;

	fuzz_random_seed(1);
	while ((option = getopt(argc, argv, "n:s:")) != -1) {
		if (option == '?')
			return 2;
		if (option == 'n')
			rounds = strtoul(optarg, NULL, 0);
		else
			fuzz_random_seed(strtoull(optarg, NULL, 0));
	}
	/* Refusals are expected, one line each. */
	if (!data || (optind == argc && !freopen("/dev/null", "w", stderr)))
		return 1;
	find_corpus(argv[0]);
	for (int i = optind; i < argc; i++)
		run(data, read_input(argv[i], data));
	for (size_t i = 0; optind == argc && i < inputs.gl_pathc; i++)
		run(data, read_input(inputs.gl_pathv[i], data));
	run_rounds(rounds, data);
	reached = !fuzz_reached || fuzz_reached(rounds);
	printf("1..1\n%s 1 - %s: any_bytes_are_taken_or_refused\n", reached ? "ok" : "not ok",
	       argv[0]);
	free(data);
	globfree(&inputs);
	return !reached;
}

#endif
