/* Inputs of fuzz targets: as files in memory and as texts, and numbers at random. */
#include "config.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"

static uint64_t state = 1;

void fuzz_random_seed(uint64_t seed)
{
	state = seed;
	for (unsigned i = 0; i < 3; i++)
		fuzz_random();
}

uint32_t fuzz_random(void)
{
	state = state * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(state >> 33);
}

uint32_t fuzz_choice(const uint8_t *data, size_t size)
{
	uint64_t hash = 14695981039346656037ull, word;

	for (; size >= sizeof(word); data += sizeof(word), size -= sizeof(word)) {
		memcpy(&word, data, sizeof(word));
		hash = (hash ^ word) * 1099511628211ull;
	}
	for (; size; data++, size--)
		hash = (hash ^ *data) * 1099511628211ull;
	return (uint32_t)((hash ^ hash >> 32) >> 7 & 0xffffff);
}

const char *fuzz_file(unsigned number, const void *bytes, size_t size)
{
	static struct {
		int fd;
		char path[32];
	} files[2];

	if (!files[number].fd) {
		files[number].fd = memfd_create("input", MFD_CLOEXEC);
		snprintf(files[number].path, sizeof(files[number].path), "/proc/self/fd/%d",
			 files[number].fd);
	}
	if (files[number].fd < 0 || ftruncate(files[number].fd, 0) ||
	    pwrite(files[number].fd, bytes, size, 0) != (ssize_t)size)
		fuzz_fail("no file in memory", "", 0);
	return files[number].path;
}

char *fuzz_text(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	if (!text)
		abort();
	memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

/* libFuzzer closes standard error for targets that say much: what is wrong is heard. */
static int voice = STDERR_FILENO;

__attribute__((constructor)) static void keep_voice(void)
{
	voice = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
}

void fuzz_note(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vdprintf(voice, format, arguments);
	va_end(arguments);
}

void fuzz_fail(const char *what, const char *text, size_t bytes)
{
	ssize_t written;

	fuzz_note("fuzz: %s:\n", what);
	written = write(voice, text, bytes);
	(void)written;
	fuzz_note("\n");
	abort();
}
