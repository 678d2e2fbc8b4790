/* Maps the run page and enters what this process has to say. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/attributes.h"
#include "preload/base/run_page.h"

static struct {
	struct vt_run_page *pages[VT__RUN_PAGES];
	bool opened;
} run;

/* The path was meant for this run's page, but may by now be anything. */
static struct vt_run_page *map(const char *path)
{
	const size_t bytes = sizeof(struct vt_run_page);
	struct vt_run_page *page;
	struct stat status;
	int file;

	if (stat(path, &status) < 0 || !S_ISREG(status.st_mode) || (size_t)status.st_size != bytes)
		return NULL;
	file = open(path, O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (file < 0)
		return NULL;
	page = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	close(file);
	if (page == MAP_FAILED)
		return NULL;
	if (memcmp(page->magic, VT_RUN_PAGE_MAGIC, sizeof(page->magic)) == 0 &&
	    page->slots == VT_RUN_PAGE_SLOTS)
		return page;
	munmap(page, bytes);
	return NULL;
}

/* The first of a run's paths that can be mapped. */
static struct vt_run_page *map_one_of(const char *paths, size_t length)
{
	struct vt_run_page *page = NULL;
	char path[256];

	while (length && !page) {
		size_t one = strcspn(paths, ":;");

		if (one && one < sizeof(path)) {
			memcpy(path, paths, one);
			path[one] = '\0';
			page = map(path);
		}
		if (one >= length)
			break;
		paths += one + 1;
		length -= one + 1;
	}
	return page;
}

__attribute__((constructor)) VT__SELDOM static void open_pages(void)
{
	const char *runs = getenv(VT_RUN_PAGE_VARIABLE);
	int saved = errno;

	if (run.opened)
		return;
	run.opened = true;
	for (unsigned i = 0; runs && *runs && i < VT__RUN_PAGES; i++) {
		size_t length = strcspn(runs, ";");

		run.pages[i] = map_one_of(runs, length);
		runs += length + (runs[length] == ';');
	}
	errno = saved;
}

/* ---- Slots ----------------------------------------------------------------------- */

static uint32_t claim(struct vt_run_page *page, int32_t pid)
{
	uint32_t slot = page ? vt__run_claim(page, pid) : VT_RUN_PAGE_NONE;

	if (page && slot == VT_RUN_PAGE_NONE)
		atomic_fetch_add(&page->overflowed, 1);
	return slot;
}

/* The newest slot of a process in a state. */
static uint32_t find(const struct vt_run_page *page, int32_t pid, enum vt_run_state state)
{
	const uint64_t key = vt__run_key(pid, state);
	uint32_t found = VT_RUN_PAGE_NONE;

	for (uint32_t i = 0; i < vt__run_used(page); i++)
		if (atomic_load(&page->keys[i]) == key &&
		    (found == VT_RUN_PAGE_NONE ||
		     page->details[i].time_ns > page->details[found].time_ns))
			found = i;
	return found;
}

static bool take_out(struct vt_run_page *page, int32_t pid, enum vt_run_state state)
{
	uint32_t slot = find(page, pid, state);
	uint64_t key = vt__run_key(pid, state);

	return slot != VT_RUN_PAGE_NONE &&
	       atomic_compare_exchange_strong(&page->keys[slot], &key, VT_RUN_FREE);
}

/*
 * The shim is in this program. Mostly a note says that it was about to begin, and
 * goes. A parent that spawns learns the pid only later, and looks for ours then;
 * and who had to take the second page may be waited for in the first.
 */
static void say_hello_to(struct vt_run_page *page, int32_t pid)
{
	uint32_t slot;

	if (take_out(page, pid, VT_RUN_EXEC))
		return;
	if (!page->is_second && find(page, getppid(), VT_RUN_SPAWN) == VT_RUN_PAGE_NONE)
		return;
	take_out(page, pid, VT_RUN_LOADED);
	slot = vt__run_claim(page, pid);
	if (slot == VT_RUN_PAGE_NONE)
		return;
	vt__run_publish(page, slot, pid, VT_RUN_LOADED);
	/* the parent looked before, and noted its child meanwhile */
	if (take_out(page, pid, VT_RUN_EXEC))
		take_out(page, pid, VT_RUN_LOADED);
}

void vt__run_page_hello(void)
{
	open_pages();
	for (unsigned i = 0; i < VT__RUN_PAGES; i++)
		if (run.pages[i])
			say_hello_to(run.pages[i], getpid());
}

/* ---- Recordings ------------------------------------------------------------------- */

static void enter(enum vt_run_state state, const struct vt_run_slot *said)
{
	int32_t pid = getpid();

	for (unsigned i = 0; i < VT__RUN_PAGES; i++) {
		struct vt_run_slot *details;
		uint32_t slot;

		/* once is enough: without memory each call fails anew */
		if (!run.pages[i] ||
		    (state == VT_RUN_FAILED && find(run.pages[i], pid, state) != VT_RUN_PAGE_NONE))
			continue;
		/* recordings of very many processes leave room for what is worse */
		if (state == VT_RUN_RECORDING &&
		    vt__run_used(run.pages[i]) > VT_RUN_PAGE_SLOTS / 2) {
			atomic_fetch_add(&run.pages[i]->recordings, 1);
			continue;
		}
		slot = claim(run.pages[i], pid);
		if (slot == VT_RUN_PAGE_NONE)
			continue;
		details = &run.pages[i]->details[slot];
		memcpy(details->name, said->name, sizeof(said->name));
		memcpy(details->place, said->place, sizeof(said->place));
		details->error = said->error;
		details->run_id = said->run_id;
		details->recording_ns = said->recording_ns;
		vt__run_publish(run.pages[i], slot, pid, state);
	}
}

/* Of this process, as recordings name it. */
static void name_program(struct vt_run_slot *slot)
{
	char path[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);

	path[length > 0 ? length : 0] = '\0';
	vt__run_copy_end(slot->name, sizeof(slot->name),
			 length > 0 ? path : program_invocation_short_name);
}

void vt__run_page_recording(int error, const char *folder, uint64_t run_id, uint64_t started_ns)
{
	struct vt_run_slot slot = {.error = -error, .run_id = run_id, .recording_ns = started_ns};
	int saved = errno;

	name_program(&slot);
	vt__run_copy_end(slot.place, sizeof(slot.place), folder);
	enter(error ? VT_RUN_FAILED : VT_RUN_RECORDING, &slot);
	errno = saved;
}

void vt__run_page_failed(const char *words)
{
	struct vt_run_slot slot = {.error = 0};
	int saved = errno;

	name_program(&slot);
	vt__run_copy_end(slot.place, sizeof(slot.place), words);
	enter(VT_RUN_FAILED, &slot);
	errno = saved;
}

/* ---- Programs that are about to begin ------------------------------------------------ */

uint32_t vt__run_page_flags(char *const *environment)
{
	static const char preload[] = "LD_PRELOAD=", page[] = VT_RUN_PAGE_VARIABLE "=";
	bool has_shim = false, has_page = false, has_other = false;

	for (; environment && *environment; environment++) {
		if (strncmp(*environment, preload, sizeof(preload) - 1) == 0) {
			has_shim = strstr(*environment, "libvramtrack_preload");
			has_other = !has_shim && (*environment)[sizeof(preload) - 1];
		}
		has_page |= strncmp(*environment, page, sizeof(page) - 1) == 0;
	}
	return (has_shim && has_page ? 0 : VT_RUN_WITHOUT_SHIM) |
	       (has_other ? VT_RUN_OTHER_PRELOAD : 0);
}

void vt__run_page_begin(enum vt_run_state state, const char *program, char *const *environment,
			struct vt__run_note *out)
{
	int saved = errno;
	int32_t pid = getpid();
	uint32_t flags = 0;
	bool asked = false;

	for (unsigned i = 0; i < VT__RUN_PAGES; i++) {
		struct vt_run_page *page = run.pages[i];
		uint32_t slot = claim(page, pid);

		out->slots[i] = slot;
		if (slot == VT_RUN_PAGE_NONE)
			continue;
		if (!asked)
			flags = vt__run_page_flags(environment);
		asked = true;
		page->details[slot].flags = flags;
		if (program)
			vt__run_copy_end(page->details[slot].name, sizeof(page->details[slot].name),
					 program);
		vt__run_publish(page, slot, pid, state);
	}
	errno = saved;
}

void vt__run_page_cancel(const struct vt__run_note *note)
{
	for (unsigned i = 0; i < VT__RUN_PAGES; i++)
		if (note->slots[i] != VT_RUN_PAGE_NONE)
			atomic_store(&run.pages[i]->keys[note->slots[i]], VT_RUN_FREE);
}

void vt__run_page_spawned(const struct vt__run_note *note, pid_t child)
{
	for (unsigned i = 0; i < VT__RUN_PAGES; i++) {
		struct vt_run_page *page = run.pages[i];
		uint32_t slot = note->slots[i];

		if (slot == VT_RUN_PAGE_NONE)
			continue;
		vt__run_publish(page, slot, child, VT_RUN_EXEC);
		if (take_out(page, child, VT_RUN_LOADED))
			take_out(page, child, VT_RUN_EXEC);
	}
}
