/*
 * Makes the completions of a shell: copies their text and puts in, for the line '@tables', what the
 * tables of the command hold, so that they can offer neither less nor other than --help.
 *
 * usage: make_completions bash|zsh|fish TEXT.in TEXT
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "completions/completions.h"

static const struct {
	const char *name;
	void (*put)(FILE *out);
} shells[] = {{"bash", put_bash}, {"zsh", put_zsh}, {"fish", put_fish}};

static void make(FILE *text, void (*put)(FILE *out), FILE *out)
{
	char line[1024];

	while (fgets(line, sizeof(line), text)) {
		if (strcmp(line, "@tables\n") == 0)
			put(out);
		else
			fputs(line, out);
	}
}

int main(int argc, char **argv)
{
	size_t shell = 0;
	FILE *text, *out;
	bool failed;

	while (argc == 4 && shell < sizeof(shells) / sizeof(*shells) &&
	       strcmp(shells[shell].name, argv[1]) != 0)
		shell++;
	if (argc != 4 || shell == sizeof(shells) / sizeof(*shells)) {
		fputs("usage: make_completions bash|zsh|fish TEXT.in TEXT\n", stderr);
		return EXIT_FAILURE;
	}
	text = fopen(argv[2], "r");
	out = text ? fopen(argv[3], "w") : NULL;
	if (!out) {
		perror(text ? argv[3] : argv[2]);
		return EXIT_FAILURE;
	}
	make(text, shells[shell].put, out);
	failed = ferror(text);
	fclose(text);
	failed |= fclose(out) != 0;
	if (failed)
		remove(argv[3]);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
