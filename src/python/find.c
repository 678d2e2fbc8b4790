/*
 * Finds the interpreter among the objects of the process, by the symbols that CPython exports.
 */
#include "config.h"

#include <string.h>

#include "base/elf.h"
#include "base/standard_error.h"
#include "base/text.h"
#include "python/walk.h"
#include "unwind/loaded.h"
#include "unwind/unwind_fde.h"

_Atomic(const struct vt__python *) vt__python_found;

static unsigned frames_most;
static struct vt__python found;
static _Atomic uint32_t loaded_in; /* generation in which it was known to be loaded */
static _Atomic int state;          /* of `found`: 0: empty, 1: it is being filled in, 2: it is */

void vt__python_limit(unsigned frames)
{
	frames_most = frames < VT__PYTHON_MOST ? frames : VT__PYTHON_MOST;
}

unsigned vt__python_frames_most(void)
{
	return frames_most;
}

/* Once a process: there may be more than one interpreter that is not known. */
static enum vt__python_found refuse(const char *path, const char *version, const char *why)
{
	static atomic_flag said = ATOMIC_FLAG_INIT;
	char bytes[512];
	struct vt__text text = VT__TEXT(bytes);

	if (!atomic_flag_test_and_set(&said)) {
		vt__text_add(&text, "vramtrack: no Python frames: ");
		vt__text_add(&text, version);
		vt__text_add(&text, *path ? " in " : "");
		vt__text_add(&text, path);
		vt__text_add(&text, " ");
		vt__text_add(&text, why);
		vt__text_add(&text, "; stacks show its C functions\n");
		vt__say_text(&text);
	}
	return VT__PYTHON_REFUSED;
}

/* ---- Versions --------------------------------------------------------------------------- */

#define DEBUG_COOKIE "xdebugpy" /* with which the runtime begins from 3.13 on */
enum {
	DEBUG_VERSION = 8,
	DEBUG_FREE = 16,
	DEBUG_FINALIZING = 32
};

/* "3.10.13 (main, ...". */
static void read_version(const char *text, unsigned *major, unsigned *minor)
{
	*major = *minor = 0;
	for (; *text >= '0' && *text <= '9' && *major < 1000; text++)
		*major = *major * 10 + (unsigned)(*text - '0');
	if (*text++ == '.')
		for (; *text >= '0' && *text <= '9' && *minor < 1000; text++)
			*minor = *minor * 10 + (unsigned)(*text - '0');
}

typedef const char *get_version(void);
typedef void *get_thread(void);

static const struct vt__python_layout *layout_of(uintptr_t runtime, const char *version)
{
	bool is_free = false;
	unsigned major, minor;

	read_version(version, &major, &minor);
	if (major == 3 && minor >= 13) {
		if (memcmp((const void *)runtime, DEBUG_COOKIE, 8) ||
		    vt__read_word(runtime + DEBUG_VERSION) >> 16 != (3u << 8 | minor))
			return NULL;
		is_free = vt__read_word(runtime + DEBUG_FREE) != 0;
	}
	return vt__python_layout_of(major, minor, is_free);
}

/* ---- The interpreter ----------------------------------------------------------------------- */

/* The symbols of an object that has `_PyRuntime`. */
struct symbols {
	uintptr_t runtime;
	uintptr_t code_type;
	uintptr_t eval;
	uintptr_t end;
	get_thread *thread_state;
	get_version *version;
};

static void take_symbols(const struct vt__elf *elf, struct symbols *out)
{
	void *function;

	out->runtime = (uintptr_t)vt__elf_symbol(elf, "_PyRuntime");
	out->code_type = (uintptr_t)vt__elf_symbol(elf, "PyCode_Type");
	out->eval = (uintptr_t)vt__elf_symbol(elf, "_PyEval_EvalFrameDefault");
	out->end = (uintptr_t)vt__elf_symbol(elf, "Py_FinalizeEx");
	function = vt__elf_symbol(elf, "PyGILState_GetThisThreadState");
	memcpy(&out->thread_state, &function, sizeof(function));
	function = vt__elf_symbol(elf, "Py_GetVersion");
	memcpy(&out->version, &function, sizeof(function));
}

/* The extent of a function, as the unwind tables have it. */
static bool find_extent(uintptr_t function, struct vt__object *object, struct vt__fde *fde)
{
	return function && vt__object_find(function, vt__unwind_generation(), object) &&
	       vt__fde_find(object, function, fde) == 0;
}

static void find_functions(struct vt__python *python, const struct symbols *symbols)
{
	struct vt__object object;
	struct vt__fde fde;

	if (find_extent(symbols->eval, &object, &fde)) {
		python->eval_code = fde.code;
		python->eval_end = fde.code + fde.code_length;
	}
	if (find_extent(symbols->end, &object, &fde))
		vt__python_note_end(python, &object, &fde);
}

static void fill_in(struct vt__python *python, const struct symbols *symbols,
		    const struct vt__python_layout *layout)
{
	python->layout = layout;
	python->thread_state = symbols->thread_state;
	python->runtime = symbols->runtime;
	python->code_type = symbols->code_type;
	python->finalizing = symbols->runtime +
			     (layout->finalizing
				      ? layout->finalizing
				      : vt__read_word(symbols->runtime + DEBUG_FINALIZING));
	find_functions(python, symbols);
}

static enum vt__python_found take(const struct symbols *symbols, const char *path)
{
	const struct vt__python_layout *layout;
	const char *version, *fault;
	char words[64] = "Python ";
	int expected = 0;

	if (!symbols->version || !symbols->code_type || !symbols->thread_state)
		return refuse(path, "a Python", "does not export what tells its frames");
	version = symbols->version();
	layout = layout_of(symbols->runtime, version);
	strncat(words, version, strcspn(version, " ") < 40 ? strcspn(version, " ") : 40);
	if (!layout)
		return refuse(path, words, "is of a version that is not known");
	fault = vt__python_layout_fault(layout, symbols->code_type, symbols->runtime);
	if (fault)
		return refuse(path, words, fault);
	if (atomic_compare_exchange_strong(&state, &expected, 1)) {
		fill_in(&found, symbols, layout);
		atomic_store(&loaded_in, vt__unwind_generation());
		atomic_store(&vt__python_found, &found);
		vt__unwind_make_part();
		atomic_store(&state, 2);
	}
	return VT__PYTHON_FOUND;
}

static bool is_pypy(const struct vt__elf *elf)
{
	return vt__elf_symbol(elf, "PyPyGILState_Ensure") || vt__elf_symbol(elf, "PyPy_GetVersion");
}

enum vt__python_found vt__python_look(const struct dl_phdr_info *object)
{
	const char *path = object->dlpi_name ? object->dlpi_name : "";
	struct symbols symbols;
	struct vt__elf elf;

	if (!frames_most || atomic_load(&state) || !vt__elf_read(object, &elf))
		return VT__PYTHON_NONE;
	take_symbols(&elf, &symbols);
	if (symbols.runtime)
		return take(&symbols, path);
	if (symbols.version && symbols.code_type)
		return refuse(path, "a Python older than 3.7", "is of a version that is not known");
	return is_pypy(&elf) ? refuse(path, "PyPy", "keeps its frames in another way")
			     : VT__PYTHON_NONE;
}

static int look(struct dl_phdr_info *object, size_t bytes, void *closure)
{
	enum vt__python_found *best = closure, now = vt__python_look(object);

	(void)bytes;
	if (now != VT__PYTHON_NONE)
		*best = now;
	return now == VT__PYTHON_FOUND;
}

enum vt__python_found vt__python_look_in_all(void)
{
	enum vt__python_found best = VT__PYTHON_NONE;

	if (frames_most && !atomic_load(&state))
		dl_iterate_phdr(look, &best);
	return best;
}

static bool describe(const struct vt__loaded *loaded, struct dl_phdr_info *out)
{
	*out = (struct dl_phdr_info){
		.dlpi_addr = loaded->bias,
		.dlpi_name = loaded->name,
		.dlpi_phdr = loaded->headers,
		.dlpi_phnum = (ElfW(Half))loaded->header_count,
	};
	return loaded->headers != NULL;
}

enum vt__python_found vt__python_look_at(uintptr_t address)
{
	struct vt__loaded loaded;
	struct dl_phdr_info object;

	if (!frames_most || atomic_load(&state) || !vt__loaded_at(address, NULL, &loaded) ||
	    !describe(&loaded, &object))
		return VT__PYTHON_NONE;
	return vt__python_look(&object);
}

/* ---- After something was unloaded ------------------------------------------------------- */

/* Whether the symbols are where they were. */
static bool is_still_there(const struct vt__python *python)
{
	struct vt__loaded loaded;
	struct dl_phdr_info object;
	struct vt__elf elf;

	if (!vt__loaded_at(python->runtime, NULL, &loaded) || !describe(&loaded, &object) ||
	    !vt__elf_read(&object, &elf))
		return false;
	return (uintptr_t)vt__elf_symbol(&elf, "_PyRuntime") == python->runtime &&
	       (uintptr_t)vt__elf_symbol(&elf, "PyCode_Type") == python->code_type;
}

/* Acquire: what was found is filled in for who finds its address; `loaded_in` was stored before. */
const struct vt__python *vt__python_of(uint32_t generation)
{
	const struct vt__python *python = atomic_load_explicit(&vt__python_found,
							       memory_order_acquire);

	if (VT__LIKELY(python &&
		       atomic_load_explicit(&loaded_in, memory_order_relaxed) == generation))
		return python;
	if (!python || !is_still_there(python))
		return NULL;
	atomic_store(&loaded_in, generation);
	return python;
}
