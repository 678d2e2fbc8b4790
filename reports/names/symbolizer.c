/*
 * Names addresses of modules, and keeps the answers.
 */
#include "config.h"

#include "reports/names/symbolizer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "reports/names/dwarf_names.h"
#include "reports/names/frame_rules.h"
#include "reports/names/keep_rules.h"
#include "reports/names/module_files.h"
#include "reports/text/progress.h"

struct key {
	const struct vt__module *module;
	uint64_t address;
	uint64_t own; /* by the file itself alone */
};

struct answer {
	UT_hash_handle hh;
	struct key key;
	size_t count;
	struct vt__symbol symbols[];
};

struct vt__symbolizer {
	struct vt__module *modules;
	struct answer *answers;
	struct vt__sources *sources; /* NULL until the first is asked for */
	struct vt__kept_frames kept;
	struct vt__known_stacks stacks;
	size_t opened, opened_most; /* modules with their files */
};

/* A module may have three files open: itself, its debug file, and itself without that; some
 * are left for others. */
#define FILES_OF_MODULE 3
#define FILES_OF_OTHERS 64

/* How many modules may have their files open; asks for as many as are allowed. */
static size_t most_modules(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return 1;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur <= FILES_OF_OTHERS)
		return 1;
	return (limit.rlim_cur - FILES_OF_OTHERS) / FILES_OF_MODULE;
}

struct vt__symbolizer *vt__symbolizer_new(void)
{
	struct vt__symbolizer *symbolizer = calloc(1, sizeof(*symbolizer));

	if (symbolizer)
		symbolizer->opened_most = most_modules();
	return symbolizer;
}

static void free_answer(struct answer *answer)
{
	for (size_t i = 0; i < answer->count; i++)
		free((void *)(uintptr_t)answer->symbols[i].function);
	free(answer);
}

void vt__symbolizer_free(struct vt__symbolizer *symbolizer)
{
	struct answer *answer, *next_answer;
	struct vt__module *module, *next;

	if (!symbolizer)
		return;
	HASH_ITER(hh, symbolizer->answers, answer, next_answer) {
		HASH_DEL(symbolizer->answers, answer);
		free_answer(answer);
	}
	HASH_ITER(hh, symbolizer->modules, module, next) {
		HASH_DEL(symbolizer->modules, module);
		vt__module_free(module);
	}
	vt__sources_free(symbolizer->sources);
	vt__kept_frames_release(&symbolizer->kept);
	vt__known_stacks_release(&symbolizer->stacks);
	free(symbolizer);
}

struct vt__sources *vt__symbolizer_sources(struct vt__symbolizer *symbolizer)
{
	if (!symbolizer->sources)
		symbolizer->sources = vt__sources_new();
	return symbolizer->sources;
}

struct vt__kept_frames *vt__symbolizer_kept(struct vt__symbolizer *symbolizer)
{
	return &symbolizer->kept;
}

struct vt__known_stacks *vt__symbolizer_stacks(struct vt__symbolizer *symbolizer)
{
	return &symbolizer->stacks;
}

/* ---- Modules --------------------------------------------------------------- */

static char *make_key(const char *path, const uint8_t *build_id, size_t build_id_bytes)
{
	char *key = malloc(build_id_bytes + strlen(path) + 1);

	if (!key)
		return NULL;
	if (build_id_bytes)
		memcpy(key, build_id, build_id_bytes);
	strcpy(key + build_id_bytes, path);
	return key;
}

struct vt__module *vt__symbolizer_module(struct vt__symbolizer *symbolizer, const char *path,
					 const uint8_t *build_id, size_t build_id_bytes,
					 uint64_t recorded_ns)
{
	const size_t id_bytes = build_id_bytes < VT__BUILD_ID_BYTES ? build_id_bytes
								    : VT__BUILD_ID_BYTES;
	const size_t key_bytes = id_bytes + strlen(path);
	char *key = make_key(path, build_id, id_bytes);
	struct vt__module *module;
	struct vt__frame frame;
	int role, kept;

	if (!key)
		return NULL;
	/* An id and a path that are one key with another's would have to be made so. */
	HASH_FIND(hh, symbolizer->modules, key, key_bytes, module);
	if (module && module->build_id_bytes == id_bytes) {
		free(key);
		return module;
	}
	module = calloc(1, sizeof(*module));
	if (!module) {
		free(key);
		return NULL;
	}
	module->key = key;
	module->build_id = (const uint8_t *)key;
	module->build_id_bytes = id_bytes;
	module->path = key + id_bytes;
	module->recorded_ns = recorded_ns;
	frame = (struct vt__frame){.module = vt__module_path(module)};
	role = vt__frame_rules_role(&frame);
	kept = vt__keep_rules_concern(&frame);
	if (role < 0 || kept < 0) {
		vt__module_free(module);
		return NULL;
	}
	module->role = (enum vt__role)role;
	module->kept = kept;
	HASH_ADD_KEYPTR(hh, symbolizer->modules, module->key, key_bytes, module);
	return module;
}

const char *vt__module_path(const struct vt__module *module)
{
	return *module->path ? module->path : NULL;
}

enum vt__role vt__module_role(const struct vt__module *module)
{
	return module->role;
}

bool vt__module_kept(const struct vt__module *module)
{
	return module->kept;
}

const char *vt__module_note(const struct vt__module *module)
{
	return module->note;
}

/* ---- Addresses ------------------------------------------------------------- */

/* What the rules say of them. */
static int apply_rules(const struct vt__module *module, struct answer *answer)
{
	for (size_t i = 0; i < answer->count; i++) {
		struct vt__symbol *symbol = &answer->symbols[i];
		const struct vt__frame frame = {.function = symbol->function,
						.file = symbol->file,
						.module = vt__module_path(module)};
		const int role = vt__frame_rules_role(&frame);
		const int kept = vt__keep_rules_concern(&frame);

		if (role < 0 || kept < 0)
			return -ENOMEM;
		symbol->role = (enum vt__role)role;
		symbol->kept = kept;
	}
	return 0;
}

static struct answer *ask(struct vt__symbolizer *symbolizer, const struct key *key,
			  struct vt__opened *files)
{
	struct vt__symbol symbols[VT__INLINED_MAX];
	/* A return address may be the first byte of the next function. */
	const int count = vt__dwarf_names(files->names, &files->units,
					  key->address ? key->address - 1 : 0, symbols);
	struct answer *answer;

	vt__progress("reading names of", key->module->path, 0, 0);
	if (count < 0)
		return NULL;
	answer = calloc(1, sizeof(*answer) + (size_t)count * sizeof(*symbols));
	if (!answer)
		return NULL;
	answer->key = *key;
	answer->count = (size_t)count;
	memcpy(answer->symbols, symbols, (size_t)count * sizeof(*symbols));
	if (apply_rules(key->module, answer)) {
		free_answer(answer);
		return NULL;
	}
	HASH_ADD(hh, symbolizer->answers, key, sizeof(answer->key), answer);
	return answer;
}

int vt__symbolize(struct vt__symbolizer *symbolizer, struct vt__module *module, uint64_t address,
		  enum vt__names names, struct vt__symbols *out)
{
	struct key key = {module, address, 0};
	struct vt__opened *files = &module->all;
	struct answer *answer;

	if (!module->opened) {
		vt__module_open(module, symbolizer->opened, symbolizer->opened_most);
		symbolizer->opened += module->all.dwfl != NULL;
	}
	if (names == VT__NAMES_OWN)
		files = vt__module_own(module);
	if (!files->names) {
		*out = (struct vt__symbols){0};
		return 0;
	}
	key.own = files == &module->own;
	HASH_FIND(hh, symbolizer->answers, &key, sizeof(key), answer);
	if (!answer)
		answer = ask(symbolizer, &key, files);
	if (files == &module->all && files->units.damaged)
		vt__module_damaged(module,
				   "damaged, or of a form that this elfutils does not know");
	if (!answer)
		return -ENOMEM;
	*out = (struct vt__symbols){answer->symbols, answer->count};
	return 0;
}
