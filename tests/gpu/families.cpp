/*
 * Every family of device memory on a real device, in two versions: one frees
 * all it takes, one leaves an amount that it states. See families.h.
 * `families list` prints the names of the cases.
 */
#include "families.h"

static const struct family *const parts[] = {
	memory_families,   virtual_families, graph_families,
	lifetime_families, shared_families,  mistake_families,
};

static int run(const struct family &family, int argc, char **argv)
{
	const char *version = argc > 2 ? argv[2] : "";

	if (strcmp(version, "free") != 0 && strcmp(version, "leak") != 0) {
		fprintf(stderr, "families: %s: free or leak?\n", family.name);
		return 98;
	}
	return family.run(version[0] == 'l', argv + 3);
}

int main(int argc, char **argv)
{
	const bool list = argc == 2 && strcmp(argv[1], "list") == 0;

	for (const struct family *part : parts)
		for (; part->name; part++) {
			if (list && part->name[0] != '_')
				printf("%s\n", part->name);
			else if (argc > 1 && strcmp(part->name, argv[1]) == 0)
				return run(*part, argc, argv);
		}
	if (list)
		return 0;
	fprintf(stderr, "families: no such case\n");
	return 98;
}
