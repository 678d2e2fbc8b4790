/*
 * Fuzzes the reader and everything behind it: any bytes may be a recording.
 *
 * With libFuzzer:   clang -fsanitize=fuzzer,address -DVT_LIBFUZZER ... fuzz_reader.c
 * Without:          fuzz_reader [-n ROUNDS] [-s SEED] [FILE...]
 *   replays each FILE, two composed recordings and ROUNDS mutations of each; the
 *   same seed gives the same rounds.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "reports/report.h"
#include "tests/make_recording.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Formats take turns: the input decides, so that a find can be replayed. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const int fd = memfd_create("recording", MFD_CLOEXEC);
	char path[32], *paths[] = {path};
	struct vt__report_outcome outcome;
	struct vt__report_request request = {.path_count = 1, .colour = true};
	ssize_t wrote;

	if (fd < 0)
		abort();
	wrote = write(fd, data, size);
	if (wrote < 0 || (size_t)wrote != size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	request.paths = (const char *const *)paths;
	request.format = size && data[size / 2] & 1 ? "json" : "text";
	request.out = fopen("/dev/null", "w");
	if (!request.out || vt__report(&request, &outcome))
		abort();
	if (outcome.processes + outcome.unreadable != 1)
		abort();
	fclose(request.out);
	close(fd);
	return 0;
}

#ifndef VT_LIBFUZZER

static uint64_t state = 1;

static uint32_t next_number(void)
{
	state = state * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(state >> 33);
}

/* A value that is likely to be at an edge. */
static uint64_t edge(void)
{
	static const uint64_t edges[] = {
		0, 1, 2, 0x7f, 0xff, 0x7fffffff, 0x80000000, 0xffffffff, 1ull << 63, UINT64_MAX};

	return next_number() % 3 ? edges[next_number() % 10] : next_number();
}

/*
 * Changes a few places; the header, which decides whether anything else is
 * read, is left whole in half of the rounds.
 */
static void mutate(uint8_t *data, size_t size)
{
	const size_t first = next_number() & 1 && size > VT_FORMAT_HEADER_BYTES
				     ? VT_FORMAT_HEADER_BYTES
				     : 0;
	unsigned places = 1 + next_number() % 8;

	while (places-- && size >= first + 8) {
		const size_t width = (size_t)1 << next_number() % 4;
		const uint64_t value = edge();
		/* Near the start there is more to break. */
		const size_t room = size - first - width + 1;
		const size_t at = first +
				  next_number() % (next_number() & 1 && room > 1024 ? 1024 : room);

		memcpy(data + at / width * width, &value, width);
	}
}

static void replay(const uint8_t *data, size_t size, unsigned long rounds)
{
	uint8_t *copy = malloc(size ? size : 1);
	unsigned long round;

	if (!copy)
		abort();
	(void)LLVMFuzzerTestOneInput(data, size);
	for (round = 0; round < rounds; round++) {
		size_t length = size;

		memcpy(copy, data, size);
		mutate(copy, size);
		if (next_number() % 16 == 0)
			length = next_number() % (size + 1);
		(void)LLVMFuzzerTestOneInput(copy, length);
	}
	free(copy);
}

/* Holders, accounts, passages, marks and histories, of every kind there is. */
static void add_details(struct made *made)
{
	uint32_t i;

	for (i = 0; i < 6; i++) {
		const struct vt_format_mark mark = {
			.name = 0, .marker = i % VT_MARKER_COUNT, .followed = i == 2, .count = 40};
		struct vt_format_growth growth = {.site = i, .stride_log2 = 1, .first_mark = 1};
		const struct vt_format_holder holder = {
			.finding = i, .site = i * 2, .purpose = VT_FORMAT_NONE, .bytes = 100 * i};
		const struct vt_format_passage passage = {
			.passage = i % VT_PASSAGE_COUNT, .path = 0, .symbol = VT_FORMAT_NONE};
		struct vt_format_account account = made_account(i % 3, i % VT_MOMENT_COUNT);

		for (uint32_t w = 0; w < VT_FORMAT_WINDOWS; w++)
			growth.bytes[w] = (w + 1) * 4096;
		account.process_bytes = i % 2 ? 1000 : VT_FORMAT_UNKNOWN;
		account.kind_bytes[VT_KIND_LINEAR] = 500 * i;
		made_add(made, VT_FORMAT_HOLDER, &holder);
		made_add(made, VT_FORMAT_ACCOUNT, &account);
		made_add(made, VT_FORMAT_PASSAGE, &passage);
		made_add(made, VT_FORMAT_MARK, &mark);
		made_add(made, VT_FORMAT_GROWTH, &growth);
	}
}

/* A recording with every type of record, some more than once. */
static uint8_t *compose(size_t *size, uint64_t sequence)
{
	struct made *made = made_new();
	const uint64_t frames[] = {VT_FORMAT_MAKE_FRAME(0, 16), VT_FORMAT_MAKE_FRAME(1, 32),
				   VT_FORMAT_MAKE_FRAME(2, 48)};
	struct vt_format_finding finding = {.allocation_stack = 0, .free_stack = VT_FORMAT_NONE};
	uint8_t *bytes;
	uint32_t i;

	for (i = 0; i < 3; i++) {
		made_device(made, (int32_t)i - 1, "NVIDIA H200", 1u << 30);
		made_module(made, i ? "/nonexistent/lib.so" : "libcudart.so.13", i == 0);
		made_stack(made, frames, 3);
	}
	for (i = 0; i < VT_KIND_COUNT; i++) {
		const uint32_t site = made_site(made, i % 3, i % 3,
						made_string(made, "cuMemAlloc_v2"),
						(enum vt_kind)(i % VT_KIND_COUNT));
		const uint32_t allocation = made_allocation(made, site, i, 100 * i);

		if (i % 2)
			made_named(made, allocation, made_string(made, "KVCache"),
				   i % 3 ? made_string(made, "layer 3") : VT_FORMAT_NONE);
	}
	for (i = 0; i < 6; i++) {
		finding.finding_class = 1 + i % 3;
		finding.reason = i % 3 ? 0 : VT_BAD_FREE_DOUBLE + i;
		finding.live_bytes = 100 * i;
		finding.label = i % 2 ? made_string(made, "layer 4") : VT_FORMAT_NONE;
		made_finding(made, &finding);
	}
	add_details(made);
	made_header(made)->sequence = sequence;
	made_header(made)->state = (uint32_t)sequence & 1 ? VT_FORMAT_RUNNING : VT_FORMAT_EXITED;
	bytes = made_bytes(made, size);
	made_free(made);
	return bytes;
}

static int replay_file(const char *path, unsigned long rounds)
{
	FILE *file = fopen(path, "r");
	uint8_t *bytes = malloc(1 << 24);
	size_t size;

	if (!file || !bytes) {
		fprintf(stderr, "fuzz_reader: %s: %s\n", path, strerror(errno));
		free(bytes);
		return 1;
	}
	size = fread(bytes, 1, 1 << 24, file);
	fclose(file);
	replay(bytes, size, rounds);
	free(bytes);
	return 0;
}

int main(int argc, char **argv)
{
	unsigned long rounds = 3000;
	size_t size;
	uint8_t *bytes;
	uint64_t sequence;
	int option, failed = 0;

	while ((option = getopt(argc, argv, "n:s:")) != -1) {
		if (option == '?')
			return 2;
		if (option == 'n')
			rounds = strtoul(optarg, NULL, 0);
		else
			state = strtoull(optarg, NULL, 0);
	}
	/* Refusals are expected, one line each. */
	if (!freopen("/dev/null", "w", stderr))
		return 1;
	for (; optind < argc; optind++)
		failed |= replay_file(argv[optind], rounds);
	/* Odd: such a recording is read though its records disagree. */
	for (sequence = 0; sequence < 2; sequence++) {
		bytes = compose(&size, 1000 + sequence);
		replay(bytes, size, rounds);
		free(bytes);
	}
	printf("1..1\n%s 1 - any_bytes_can_be_reported_or_refused\n", failed ? "not ok" : "ok");
	return failed;
}

#endif
