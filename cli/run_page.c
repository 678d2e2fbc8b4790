/* Makes the run page, and reads what was entered. */
#include "config.h"

#include "cli/run_page.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

/* Where a file is memory, so that it neither fills a disk nor is too slow to map. */
#define SECOND_FOLDER "/dev/shm/vramtrack-XXXXXX"

#define PAGE_BYTES sizeof(struct vt_run_page)

static void begin(struct vt_run_page *page, uint64_t run_id, bool is_second)
{
	memcpy(page->magic, VT_RUN_PAGE_MAGIC, sizeof(page->magic));
	page->run_id = run_id;
	page->slots = VT_RUN_PAGE_SLOTS;
	page->is_second = is_second;
}

static int make_first(uint64_t run_id, struct vt__run_page *out)
{
	void *mapped;

	out->file = memfd_create("vramtrack-run", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (out->file < 0)
		return -errno;
	if (ftruncate(out->file, (off_t)PAGE_BYTES) < 0 ||
	    fcntl(out->file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) < 0)
		return -errno;
	mapped = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, out->file, 0);
	if (mapped == MAP_FAILED)
		return -errno;
	out->mapped = mapped;
	begin(out->mapped, run_id, false);
	return 0;
}

/* Its first bytes; the rest is zero and reserved, since a process that maps it could
 * be killed where memory ends. */
static int fill_second(int file, uint64_t run_id)
{
	struct vt_run_page *page = calloc(1, PAGE_BYTES);
	int error = page ? -posix_fallocate(file, 0, (off_t)PAGE_BYTES) : -ENOMEM;

	if (!error) {
		begin(page, run_id, true);
		if (pwrite(file, page, offsetof(struct vt_run_page, keys), 0) < 0 ||
		    fchmod(file, 0666) < 0)
			error = -errno;
	}
	free(page);
	return error;
}

/* A name that nobody guesses, in a folder that nobody lists: only who has the
 * program's environment can open it. */
static int make_second(uint64_t run_id, struct vt__run_page *out)
{
	uint64_t secret[2];

	if (getrandom(secret, sizeof(secret), 0) != (ssize_t)sizeof(secret))
		return -EIO;
	out->second_folder = strdup(SECOND_FOLDER);
	if (!out->second_folder)
		return -ENOMEM;
	if (!mkdtemp(out->second_folder)) {
		free(out->second_folder);
		out->second_folder = NULL;
		return -errno;
	}
	if (chmod(out->second_folder, 0711) < 0)
		return -errno;
	if (asprintf(&out->second_path, "%s/%016" PRIx64 "%016" PRIx64, out->second_folder,
		     secret[0], secret[1]) < 0) {
		out->second_path = NULL;
		return -ENOMEM;
	}
	out->second_file = open(out->second_path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (out->second_file < 0)
		return -errno;
	return fill_second(out->second_file, run_id);
}

static void drop_second(struct vt__run_page *page)
{
	if (page->second_file >= 0) {
		close(page->second_file);
		unlink(page->second_path);
	}
	if (page->second_folder)
		rmdir(page->second_folder);
	free(page->second_path);
	free(page->second_folder);
	page->second_file = -1;
	page->second_path = page->second_folder = NULL;
}

/* Behind ours stand those of the run that this one is inside. */
static int make_variable(const char *first, struct vt__run_page *page)
{
	const char *outer = getenv(VT_RUN_PAGE_VARIABLE);
	const char *second = page->second_path;

	if (asprintf(&page->variable, "%s%s%s%s%s", first, second ? ":" : "", second ? second : "",
		     outer && *outer ? ";" : "", outer ? outer : "") >= 0)
		return 0;
	page->variable = NULL;
	return -ENOMEM;
}

int vt__run_page_make(uint64_t run_id, struct vt__run_page *out)
{
	char first[64];
	int error;

	*out = (struct vt__run_page){.file = -1, .second_file = -1};
	error = make_first(run_id, out);
	if (error)
		return error;
	snprintf(first, sizeof(first), "/proc/%d/fd/%d", (int)getpid(), out->file);
	if ((geteuid() == 0 || access(first, R_OK | W_OK) < 0) && make_second(run_id, out) < 0)
		drop_second(out);
	return make_variable(first, out);
}

void vt__run_page_release(struct vt__run_page *page)
{
	if (page->mapped)
		munmap(page->mapped, PAGE_BYTES);
	if (page->file >= 0)
		close(page->file);
	drop_second(page);
	free(page->variable);
	*page = (struct vt__run_page){.file = -1, .second_file = -1};
}

uint32_t vt__run_page_note(struct vt_run_page *page, int32_t pid, const char *program)
{
	uint32_t slot = vt__run_claim(page, pid);

	if (slot == VT_RUN_PAGE_NONE)
		return slot;
	vt__run_copy_end(page->details[slot].name, sizeof(page->details[slot].name), program);
	vt__run_publish(page, slot, pid, VT_RUN_EXEC);
	return slot;
}

void vt__run_slot_cancel(struct vt_run_page *page, uint32_t slot)
{
	if (slot != VT_RUN_PAGE_NONE)
		atomic_store(&page->keys[slot], VT_RUN_FREE);
}

struct vt_run_page *vt__run_page_read(int file)
{
	struct vt_run_page *copy = malloc(PAGE_BYTES);

	if (!copy || pread(file, copy, PAGE_BYTES, 0) != (ssize_t)PAGE_BYTES) {
		free(copy);
		return NULL;
	}
	for (uint32_t slot = 0; slot < VT_RUN_PAGE_SLOTS; slot++) {
		copy->details[slot].name[sizeof(copy->details[slot].name) - 1] = '\0';
		copy->details[slot].place[sizeof(copy->details[slot].place) - 1] = '\0';
	}
	return copy;
}
