/* What `vramtrack doctor` says of a program: whether the shim comes into it, and what it is made
 * of. */
#include "config.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/python_versions.h"
#include "cli/doctor.h"
#include "cli/program.h"

static const char *file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* ---- Whether the shim comes into it -------------------------------------------------- */

/* The loader that a program names, where it is missing. */
static bool lacks_loader(const char *path, char loader[PATH_MAX])
{
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	Elf *elf = elf_version(EV_CURRENT) != EV_NONE && file >= 0
			   ? elf_begin(file, ELF_C_READ, NULL)
			   : NULL;
	size_t count = 0;

	*loader = '\0';
	if (elf && elf_getphdrnum(elf, &count) < 0)
		count = 0;
	for (size_t i = 0; i < count; i++) {
		GElf_Phdr segment;
		ssize_t length;

		if (!gelf_getphdr(elf, (int)i, &segment) || segment.p_type != PT_INTERP)
			continue;
		length = pread(file, loader, segment.p_filesz < PATH_MAX ? segment.p_filesz : 0,
			       (off_t)segment.p_offset);
		loader[length > 0 ? length - 1 : 0] = '\0';
	}
	if (elf)
		elf_end(elf);
	if (file >= 0)
		close(file);
	return *loader && access(loader, F_OK) < 0;
}

/* Whether there is more to say of the file. */
static bool check_obstacle(struct vt__doctor *doctor)
{
	enum vt__obstacle obstacle = doctor->shim
					     ? vt__program_obstacle(doctor->binary, doctor->shim)
					     : VT__OBSTACLE_NONE;
	char loader[PATH_MAX];

	if (obstacle != VT__OBSTACLE_NONE) {
		vt__doctor_add(doctor, "program", VT__STATE_OBSTACLE, vt__obstacle_advice(obstacle),
			       "%s %s", doctor->binary, vt__obstacle_words(obstacle));
		return obstacle == VT__OBSTACLE_PRIVILEGED &&
		       vt__elf_facts_read(doctor->binary, &doctor->facts) == 0;
	}
	if (lacks_loader(doctor->binary, loader)) {
		vt__doctor_add(doctor, "program", VT__STATE_OBSTACLE,
			       "install the C library that it was built for",
			       "%s names the loader %s, which is missing", doctor->binary, loader);
		return false;
	}
	if (vt__elf_facts_read(doctor->binary, &doctor->facts) < 0) {
		vt__doctor_add(doctor, "program", VT__STATE_OBSTACLE,
			       "see that it is there, and may be read",
			       "%s cannot be read as a program", doctor->binary);
		return false;
	}
	vt__doctor_add(doctor, "program", VT__STATE_OK, NULL, "%s is an ordinary program",
		       doctor->binary);
	return true;
}

/* ---- What it loads ------------------------------------------------------------------- */

static void check_libraries(struct vt__doctor *doctor)
{
	size_t missing = 0;

	if (vt__loads_find(doctor->binary, doctor->simulate_folder, &doctor->loads) < 0)
		return;
	for (size_t i = 0; i < doctor->loads.count; i++) {
		if (doctor->loads.items[i].path)
			continue;
		missing++;
		vt__doctor_add(doctor, "libraries", VT__STATE_OBSTACLE,
			       "install it, or name its folder in LD_LIBRARY_PATH",
			       "%s was not found", doctor->loads.items[i].name);
	}
	if (!missing)
		vt__doctor_add(doctor, "libraries", VT__STATE_OK, NULL, "%zu, all of them found",
			       doctor->loads.count);
}

static void say_static_runtime(struct vt__doctor *doctor)
{
	if (doctor->simulate)
		vt__doctor_add(
			doctor, "runtime", VT__STATE_OBSTACLE,
			"link it with nvcc -cudart shared, or use a GPU",
			"the CUDA runtime is linked in: the simulated device serves a shared "
			"one only");
	else
		vt__doctor_add(doctor, "runtime", VT__STATE_OK, NULL,
			       "the CUDA runtime is linked in: frees after its own end cannot be "
			       "told from leaks");
}

static void check_runtime(struct vt__doctor *doctor)
{
	const struct vt__load *runtime = vt__loads_named(&doctor->loads, "libcudart.so");
	const struct vt__load *driver = vt__loads_named(&doctor->loads, "libcuda.so");

	if (runtime)
		vt__doctor_add(doctor, "runtime", VT__STATE_OK, NULL, "shared: %s",
			       runtime->path ? runtime->path : runtime->name);
	else if (doctor->facts.has_runtime ||
		 (doctor->facts.has_device_code && doctor->facts.names_driver))
		say_static_runtime(doctor);
	else if (driver)
		vt__doctor_add(doctor, "runtime", VT__STATE_OK, NULL, "none: linked to the driver");
	else
		vt__doctor_add(
			doctor, "runtime", VT__STATE_OK, NULL,
			"none: it opens CUDA at run time, as Python does, or starts programs "
			"that do, or does not use it");
}

static void check_sanitizers(struct vt__doctor *doctor)
{
	if (doctor->facts.has_asan)
		vt__doctor_add(
			doctor, "sanitizer", VT__STATE_OK, NULL,
			"AddressSanitizer: vramtrack run sets verify_asan_link_order=0; with "
			"LD_PRELOAD alone its runtime comes first");
	if (doctor->facts.has_other_sanitizer)
		vt__doctor_add(doctor, "sanitizer", VT__STATE_ATTENTION,
			       "use a build without it if the program does not start",
			       "a sanitizer that replaces what the shim uses is in it");
}

/* dlmopen() can be seen; RTLD_DEEPBIND is a number, which the report finds out. */
static void check_namespaces(struct vt__doctor *doctor)
{
	const char *who = doctor->facts.opens_namespaces ? doctor->binary : NULL;

	for (size_t i = 0; i < doctor->loads.count && !who; i++) {
		const struct vt__load *load = &doctor->loads.items[i];
		struct vt__elf_facts facts;

		if (load->path && strncmp(file_name(load->name), "libc.so", 7) != 0 &&
		    vt__elf_facts_read(load->path, &facts) == 0 && facts.opens_namespaces)
			who = load->path;
	}
	if (who)
		vt__doctor_add(
			doctor, "namespaces", VT__STATE_ATTENTION, "--route=audit reaches them",
			"%s uses dlmopen: libraries in a namespace of their own pass the shim",
			who);
}

/* ---- What the report can say --------------------------------------------------------- */

static void check_names(struct vt__doctor *doctor)
{
	const struct vt__elf_facts *facts = &doctor->facts;

	if (facts->has_lines)
		vt__doctor_add(doctor, "names", VT__STATE_OK, NULL, "it has debug information");
	else if (facts->has_debug_link)
		vt__doctor_add(doctor, "names", VT__STATE_OK,
			       "install its debug symbols, or set DEBUGINFOD_URLS, to see lines",
			       "its debug information is in a file of its own");
	else
		vt__doctor_add(doctor, "names", VT__STATE_ATTENTION,
			       "build it with -g (nvcc -g -lineinfo), or install its debug symbols",
			       facts->has_functions
				       ? "no debug information: frames are functions without lines"
				       : "stripped: frames are exported functions or offsets");
	if (!facts->has_build_id)
		vt__doctor_add(doctor, "names", VT__STATE_ATTENTION, "link it with -Wl,--build-id",
			       "no build-id: after a rebuild an old recording is shown with wrong "
			       "names, and debuginfod cannot help");
	if (!facts->has_unwind_tables)
		vt__doctor_add(doctor, "stacks", VT__STATE_ATTENTION,
			       "build it with -fasynchronous-unwind-tables",
			       "no unwind tables: stacks end in it");
}

/* The minor version in "libpython3.11.so.1.0" or "python3.11"; -1: none. */
static int python_minor(const char *path)
{
	const char *name = strstr(file_name(path), "python3.");
	char real[PATH_MAX];
	int minor;

	if (!name && realpath(path, real))
		name = strstr(file_name(real), "python3.");
	return name && sscanf(name, "python3.%d", &minor) == 1 ? minor : -1;
}

static void check_python(struct vt__doctor *doctor)
{
	const struct vt__load *library = vt__loads_named(&doctor->loads, "libpython3");
	int minor = library ? python_minor(library->name) : -1;

	if (minor < 0 && doctor->facts.is_python)
		minor = python_minor(doctor->binary);
	if (!library && !doctor->facts.is_python)
		return;
	if (minor >= VT_PYTHON_MINOR_FIRST && minor <= VT_PYTHON_MINOR_LAST)
		vt__doctor_add(doctor, "Python", VT__STATE_OK, NULL,
			       "3.%d: stacks have its functions and lines", minor);
	else
		vt__doctor_add(doctor, "Python", VT__STATE_ATTENTION,
			       "see docs/python.md; C stacks are complete",
			       "a version that is not among those known, 3.%d to 3.%d",
			       VT_PYTHON_MINOR_FIRST, VT_PYTHON_MINOR_LAST);
}

void vt__doctor_program(struct vt__doctor *doctor)
{
	vt__doctor_find_binary(doctor);
	if (!doctor->binary || !check_obstacle(doctor))
		return;
	check_libraries(doctor);
	check_runtime(doctor);
	check_sanitizers(doctor);
	check_namespaces(doctor);
	check_names(doctor);
	check_python(doctor);
}
