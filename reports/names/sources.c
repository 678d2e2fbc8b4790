/*
 * Source frames, one for each content.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "reports/names/frame_rules.h"
#include "reports/names/keep_rules.h"
#include "reports/names/sources.h"
#include "reports/text/hash.h"

struct known {
	UT_hash_handle hh; /* key: what `text` holds */
	struct vt__source source;
	size_t bytes;
	char text[]; /* language and line, then function and file, each with its end */
};

struct vt__sources {
	struct known *known;
};

struct vt__sources *vt__sources_new(void)
{
	return calloc(1, sizeof(struct vt__sources));
}

void vt__sources_free(struct vt__sources *sources)
{
	struct known *known, *next;

	if (!sources)
		return;
	HASH_ITER(hh, sources->known, known, next) {
		HASH_DEL(sources->known, known);
		free(known);
	}
	free(sources);
}

static struct known *make(const struct vt__source *content)
{
	const uint32_t numbers[] = {(uint32_t)content->language, content->line};
	const char *const texts[] = {content->function ? content->function : "",
				     content->file ? content->file : ""};
	const size_t lengths[] = {strlen(texts[0]) + 1, strlen(texts[1]) + 1};
	const size_t bytes = sizeof(numbers) + lengths[0] + lengths[1];
	struct known *known = calloc(1, sizeof(*known) + bytes);
	char *at;

	if (!known)
		return NULL;
	known->bytes = bytes;
	memcpy(known->text, numbers, sizeof(numbers));
	at = known->text + sizeof(numbers);
	memcpy(at, texts[0], lengths[0]);
	memcpy(at + lengths[0], texts[1], lengths[1]);
	known->source = (struct vt__source){
		.language = content->language,
		.line = content->line,
		.function = *texts[0] ? at : NULL,
		.file = *texts[1] ? at + lengths[0] : NULL,
	};
	return known;
}

const struct vt__source *vt__sources_find(struct vt__sources *sources,
					  const struct vt__source *content)
{
	struct known *made = make(content), *known;
	struct vt__frame frame;
	int role, kept;

	if (!made)
		return NULL;
	HASH_FIND(hh, sources->known, made->text, made->bytes, known);
	if (known) {
		free(made);
		return &known->source;
	}
	frame = (struct vt__frame){.function = made->source.function,
				   .file = made->source.file,
				   .line = made->source.line,
				   .language = made->source.language};
	role = vt__frame_rules_role(&frame);
	kept = vt__keep_rules_concern(&frame);
	if (role < 0 || kept < 0) {
		free(made);
		return NULL;
	}
	made->source.role = (enum vt__role)role;
	made->source.kept = kept;
	HASH_ADD_KEYPTR(hh, sources->known, made->text, made->bytes, made);
	if (made->hh.tbl)
		return &made->source;
	free(made);
	return NULL;
}

const char *vt__language_name(enum vt__language language)
{
	static const char *const all[] = {
#define VT__LANGUAGE(id, name) [VT__LANGUAGE_##id] = name,
		VT__LANGUAGES(VT__LANGUAGE)
#undef VT__LANGUAGE
	};

	return all[language];
}
