/*
 * What an image declares. Only PTX is read, and of it only the variables, and what kernels take
 * of a device beside them: local memory, and calls of malloc and vprintf.
 * Everything else (cubins, fat binaries) is taken as it is.
 */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "simulate/driver/program.h"

/* Past white space and comments. */
static const char *skip_blank(const char *at)
{
	for (;;) {
		const char *end = NULL;

		while (isspace((unsigned char)*at))
			at++;
		if (at[0] == '/' && at[1] == '/')
			end = strchr(at, '\n');
		else if (at[0] == '/' && at[1] == '*')
			end = strstr(at, "*/");
		else
			return at;
		if (!end)
			return at + strlen(at);
		at = end + (*end == '*' ? 2 : 1);
	}
}

static bool is_word_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$' || c == '%' || c == '.';
}

/* One word or one other character; its length, 0 at the end of the text. */
static size_t token(const char **at)
{
	size_t length = 0;

	*at = skip_blank(*at);
	while (is_word_char((*at)[length]))
		length++;
	return length ? length : **at != '\0';
}

static bool is(const char *at, size_t length, const char *word)
{
	return length == strlen(word) && !memcmp(at, word, length);
}

/* Bytes of ".b8", ".f64", ".f16x2" and the like; 0 for a word that is no type. */
static size_t type_bytes(const char *at, size_t length)
{
	unsigned long bits;
	char *end;

	if (length < 3 || at[0] != '.' || !strchr("bsuf", at[1]))
		return 0;
	bits = strtoul(at + 2, &end, 10);
	if (*end == 'x' && end < at + length)
		bits *= strtoul(end + 1, &end, 10);
	return end == at + length ? bits / 8 : 0;
}

/* A statement at module level, as far as it was understood. */
struct statement {
	bool global, managed;
	bool other; /* a function, or a variable of another image */
	size_t element;
	size_t vector;
	const char *name;
	size_t name_length;
	size_t count; /* of array elements; 0: not said */
	bool entry;   /* a kernel; its parameters, and of its body: */
	unsigned int parameters;
	bool in_local; /* a variable of local memory is being declared */
	bool mallocs, prints;
	size_t local, local_element;
};

static void take_word(struct statement *statement, const char *at, size_t length)
{
	if (is(at, length, ".global") || is(at, length, ".const"))
		statement->global = true;
	else if (is(at, length, ".param"))
		statement->parameters++;
	else if (is(at, length, ".entry"))
		statement->entry = statement->other = true;
	else if (is(at, length, ".extern") || is(at, length, ".func"))
		statement->other = true;
	else if (is(at, length, ".managed"))
		statement->managed = true;
	else if (is(at, length, ".v2") || is(at, length, ".v4"))
		statement->vector = (size_t)(at[2] - '0');
	else if (*at == '.' && type_bytes(at, length))
		statement->element = type_bytes(at, length);
	else if (*at != '.' && !isdigit((unsigned char)*at) && !statement->name &&
		 (statement->element || statement->entry)) {
		statement->name = at;
		statement->name_length = length;
	}
}

/* Of the body of a function. */
static void take_inner_word(struct statement *statement, const char *at, size_t length)
{
	if (is(at, length, ".local"))
		statement->in_local = true;
	else if (*at == ';')
		statement->in_local = false;
	else if (statement->in_local && *at == '.' && type_bytes(at, length))
		statement->local_element = type_bytes(at, length);
	else if (statement->in_local && *at == '[')
		statement->local += statement->local_element * strtoul(at + 1, NULL, 0);
	statement->mallocs |= is(at, length, "malloc");
	statement->prints |= is(at, length, "vprintf");
}

/* Past one statement, at its ';' or the end of its '{...}'; NULL at the end of the text. */
static const char *read_statement(const char *at, struct statement *statement)
{
	bool value = false;
	size_t length;
	int depth = 0;

	*statement = (struct statement){.vector = 1, .count = 1};
	while ((length = token(&at)) != 0) {
		depth += *at == '{';
		if (!depth && *at == ';')
			return at + 1;
		if (*at == '}' && --depth <= 0 && !value)
			return at + 1; /* a function: it has no ';' */
		value |= *at == '=';
		if (!depth && !value && *at == '[')
			statement->count *= strtoul(at + 1, NULL, 0);
		else if (!depth && !value && is_word_char(*at))
			take_word(statement, at, length);
		else if (depth)
			take_inner_word(statement, at, length);
		at += length;
	}
	return NULL;
}

static CUresult declare_entry(struct vt__program *program, const struct statement *statement)
{
	struct vt__entry *made = calloc(1, sizeof(*made) + statement->name_length + 1);

	if (!made)
		return CUDA_ERROR_OUT_OF_MEMORY;
	memcpy(made->name, statement->name, statement->name_length);
	made->local = statement->local;
	made->mallocs = statement->mallocs;
	made->prints = statement->prints;
	made->parameters = statement->parameters;
	made->next = program->entries;
	program->entries = made;
	return CUDA_SUCCESS;
}

static CUresult declare(struct vt__program *program, const struct statement *statement)
{
	size_t size = statement->element * statement->vector * statement->count;
	struct vt__declared *made;

	if (statement->entry && statement->name)
		return declare_entry(program, statement);
	if (!statement->global || statement->other || !statement->name || !size)
		return CUDA_SUCCESS;
	made = calloc(1, sizeof(*made) + statement->name_length + 1);
	if (!made)
		return CUDA_ERROR_OUT_OF_MEMORY;
	memcpy(made->name, statement->name, statement->name_length);
	made->size = size;
	made->managed = statement->managed;
	made->next = program->declared;
	program->declared = made;
	return CUDA_SUCCESS;
}

CUresult vt__image_read(const void *image, struct vt__program *program)
{
	static const char first[] = ".version";
	const unsigned char *bytes = image;
	struct statement statement;
	CUresult result = CUDA_SUCCESS;
	const char *at;

	*program = (struct vt__program){.read = false};
	/* Only what begins as text is sure to end with a NUL. */
	if (!isspace(bytes[0]) && bytes[0] != '/' && bytes[0] != '.')
		return CUDA_SUCCESS;
	at = skip_blank(image);
	program->read = !strncmp(at, first, sizeof(first) - 1);
	/* Directives without a ';' run into the next statement and do not matter there. */
	while (program->read && at && result == CUDA_SUCCESS) {
		at = read_statement(at, &statement);
		if (at)
			result = declare(program, &statement);
	}
	if (result != CUDA_SUCCESS)
		vt__image_forget(program);
	return result;
}

CUresult vt__image_read_file(const char *path, struct vt__program *program)
{
	FILE *file = fopen(path, "rb");
	size_t room = 1 << 16, length = 0, got;
	char *text = malloc(room + 1);
	CUresult result = CUDA_ERROR_OUT_OF_MEMORY;

	while (file && text && (got = fread(text + length, 1, room - length, file)) > 0) {
		char *grown;

		length += got;
		room *= 2;
		grown = realloc(text, room + 1);
		if (!grown)
			free(text);
		text = grown;
	}
	if (!file || (text && ferror(file))) {
		result = CUDA_ERROR_FILE_NOT_FOUND;
	} else if (text) {
		text[length] = '\0';
		result = vt__image_read(text, program);
	}
	if (file)
		fclose(file);
	free(text);
	return result;
}

void vt__image_forget(struct vt__program *program)
{
	while (program->declared) {
		struct vt__declared *next = program->declared->next;

		free(program->declared);
		program->declared = next;
	}
	while (program->entries) {
		struct vt__entry *next = program->entries->next;

		free(program->entries);
		program->entries = next;
	}
}
