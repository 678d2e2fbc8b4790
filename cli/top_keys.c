/* What the rows of `vramtrack top` can be sorted by. */
#include "config.h"

#include <string.h>

#include "cli/top.h"

static const struct {
	const char *name;
	int letter;
} keys[VT__TOP_KEY_COUNT] = {
#define VT__TOP_KEY(id, name, letter) {name, letter},
	VT__TOP_KEYS(VT__TOP_KEY)
#undef VT__TOP_KEY
};

enum vt__top_key vt__top_key_of(int letter)
{
	unsigned key = 0;

	while (key < VT__TOP_KEY_COUNT && keys[key].letter != letter)
		key++;
	return (enum vt__top_key)key;
}

enum vt__top_key vt__top_key_named(const char *name)
{
	unsigned key = 0;

	while (key < VT__TOP_KEY_COUNT && strcmp(keys[key].name, name) != 0)
		key++;
	return (enum vt__top_key)key;
}

const char *vt__top_key_choices(void)
{
#define VT__TOP_KEY(id, name, letter) ", " name
	static const char names[] = VT__TOP_KEYS(VT__TOP_KEY);
#undef VT__TOP_KEY

	return names + 2;
}
