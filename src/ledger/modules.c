/*
 * The list of modules, made of the objects in which return addresses lie.
 */
#include "config.h"

#include "ledger/modules.h"

#include <string.h>

#include "ledger/modules_scan.h"
#include "python/python.h"

#define FIRST_ROOM 64u

/* The live module that holds the address; NULL if none is known. */
static const struct vt__module *find_live(const struct vt__modules *modules, uint64_t address)
{
	uint32_t low = 0, high = modules->live_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		const struct vt__module *module = &modules->all[modules->live[middle]];

		if (address < module->start)
			high = middle;
		else if (address >= module->end)
			low = middle + 1;
		else
			return module;
	}
	return NULL;
}

static const struct vt__module *find_unloaded(const struct vt__modules *modules, uint64_t address)
{
	const struct vt__module *latest = NULL;

	for (uint32_t i = 0; i < modules->count; i++) {
		const struct vt__module *module = &modules->all[i];

		if (address >= module->start && address < module->end &&
		    (!latest || module->seen > latest->seen))
			latest = module;
	}
	return latest;
}

uint64_t vt__modules_frame(const struct vt__modules *modules, uintptr_t ip, bool stale)
{
	/* The call is before its return address, which may already be the
	 * first byte of something else. */
	const struct vt__module *module = find_live(modules, ip - 1);

	if (!module && stale)
		module = find_unloaded(modules, ip - 1);
	if (!module)
		return VT_FORMAT_MAKE_FRAME(VT_FORMAT_NO_MODULE, ip);
	return VT_FORMAT_MAKE_FRAME(module->number, ip - module->bias);
}

/* Whether nothing is to be asked about the code at a return address. */
static bool is_known(const struct vt__modules *modules, uintptr_t ip)
{
	const struct vt__module *module = find_live(modules, ip - 1);

	return module && module->seen == modules->unloadings;
}

bool vt__modules_want_look(const struct vt__modules *modules, const uintptr_t *ips, unsigned depth,
			   uint32_t generation)
{
	if ((int32_t)(generation - modules->generation) > 0)
		return true;
	for (unsigned i = 0; i < depth; i++)
		if (!is_known(modules, ips[i]))
			return true;
	return false;
}

static void rebuild_live(struct vt__modules *modules)
{
	modules->live_count = 0;
	for (uint32_t i = 0; i < modules->count; i++) {
		const struct vt__module *module = &modules->all[i];
		uint32_t at = modules->live_count;

		if (module->unloaded)
			continue;
		for (; at && modules->all[modules->live[at - 1]].start > module->start; at--)
			modules->live[at] = modules->live[at - 1];
		modules->live[at] = i;
		modules->live_count++;
	}
}

static int make_room(struct vt__modules *modules, struct vt__arena *arena)
{
	uint32_t room = modules->room ? modules->room * 2 : FIRST_ROOM;
	struct vt__module *all;
	uint32_t *live;

	if (modules->count < modules->room)
		return 0;
	if (modules->count == VT_FORMAT_SOURCE_MODULE)
		return -1;
	all = vt__arena_take(arena, room * sizeof(*all));
	live = vt__arena_take(arena, room * sizeof(*live));
	if (!all || !live) {
		vt__arena_give(arena, all, room * sizeof(*all));
		vt__arena_give(arena, live, room * sizeof(*live));
		return -1;
	}
	if (modules->room) {
		memcpy(all, modules->all, modules->count * sizeof(*all));
		memcpy(live, modules->live, modules->live_count * sizeof(*live));
		vt__arena_give(arena, modules->all, modules->room * sizeof(*all));
		vt__arena_give(arena, modules->live, modules->room * sizeof(*live));
	}
	modules->all = all;
	modules->live = live;
	modules->room = room;
	return 0;
}

static bool same_object(const struct vt_format_module *record, const struct vt__object *object,
			uint32_t path)
{
	return record->path == path && record->end - record->start == object->end - object->start &&
	       record->build_id_bytes == object->build_id_bytes &&
	       memcmp(record->build_id, object->build_id, object->build_id_bytes) == 0;
}

/* The module of an object: loaded and at that place, or unloaded and now
 * loaded again, so that stacks through it stay the same stacks. */
static struct vt__module *find_known(struct vt__modules *modules, struct vt__store *store,
				     const struct vt__object *object, uint32_t path)
{
	const struct vt__module *live = find_live(modules, object->start);

	if (live && live->start == object->start && !live->unloaded &&
	    same_object(vt__store_at(store, VT_FORMAT_MODULE, live->number), object, path))
		return &modules->all[live - modules->all];
	for (uint32_t i = 0; i < modules->count; i++) {
		struct vt__module *module = &modules->all[i];

		if (!same_object(vt__store_at(store, VT_FORMAT_MODULE, module->number), object,
				 path))
			continue;
		if (module->unloaded || module->start == object->start)
			return module;
	}
	return NULL;
}

static struct vt__module *add_module(struct vt__modules *modules, struct vt__store *store)
{
	uint32_t number;

	if (make_room(modules, &store->arena))
		return NULL;
	number = vt__recording_reserve(&store->recording, VT_FORMAT_MODULE, 1);
	if (number == VT_FORMAT_NONE)
		return NULL;
	modules->all[modules->count] = (struct vt__module){.number = number, .unloaded = true};
	return &modules->all[modules->count++];
}

static void fill_module(struct vt__module *module, struct vt_format_module *record,
			const struct vt__object *object)
{
	module->bias = record->bias = object->bias;
	module->start = record->start = object->start;
	module->end = record->end = object->end;
	module->unloaded = false;
	record->unloaded = 0;
}

/* Whether the library lies between a callback of CUPTI's and the program's call:
 * CUPTI, the driver, and the shim that records beside it (--verify). */
static bool is_under_cupti(const char *name)
{
	static const char *const starts[] = {"libcupti.so", "libcuda.so", "libvramtrack_"};

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (strncmp(name, starts[i], strlen(starts[i])) == 0)
			return true;
	return false;
}

/* Whether the object's frames say nothing of the program. */
static bool is_tool(const struct vt__modules *modules, const struct vt__object *object)
{
	const char *slash = strrchr(modules->path, '/');
	const char *name = slash ? slash + 1 : modules->path;

	if (object->is_shim)
		return true;
	if (modules->source == VT_SOURCE_CUPTI && is_under_cupti(name))
		return true;
	return modules->shim_path && !object->is_main &&
	       strcmp(modules->path, modules->shim_path) == 0;
}

static void set_unloaded(struct vt__module *module, struct vt__store *store)
{
	struct vt_format_module *record = vt__store_at(store, VT_FORMAT_MODULE, module->number);

	module->unloaded = true;
	record->unloaded = 1;
}

/* What lies where the object is now is no longer loaded. */
static void make_way(struct vt__modules *modules, struct vt__store *store,
		     const struct vt__object *object)
{
	for (uint32_t i = 0; i < modules->count; i++) {
		struct vt__module *module = &modules->all[i];

		if (!module->unloaded && module->start < object->end && object->start < module->end)
			set_unloaded(module, store);
	}
}

/* Enters the object, or finds it to be a module that is known. */
static void meet(struct vt__modules *modules, struct vt__store *store, struct vt__strings *strings,
		 const struct vt__object *object)
{
	struct vt_format_module *record;
	struct vt__module *module;
	uint32_t path;

	vt__object_path(object, modules->program, modules->path, sizeof(modules->path));
	path = vt__strings_of_text(strings, store, modules->path);
	module = find_known(modules, store, object, path);
	if (vt__python_look_at(object->start) == VT__PYTHON_REFUSED)
		vt__recording_lose_once(&store->recording, VT_LOSS_PYTHON_UNKNOWN);
	if (module && !module->unloaded && module->start == object->start) {
		module->seen = modules->unloadings;
		return;
	}
	make_way(modules, store, object);
	if (!module) {
		module = add_module(modules, store);
		if (!module) {
			vt__recording_lose(&store->recording, VT_LOSS_MODULES);
			return;
		}
		record = vt__store_at(store, VT_FORMAT_MODULE, module->number);
		record->path = path;
		record->is_shim = is_tool(modules, object);
		record->build_id_bytes = object->build_id_bytes;
		memcpy(record->build_id, object->build_id, object->build_id_bytes);
		fill_module(module, record, object);
		vt__recording_commit(&store->recording, VT_FORMAT_MODULE, 1);
	} else {
		fill_module(module, vt__store_at(store, VT_FORMAT_MODULE, module->number), object);
	}
	module->seen = modules->unloadings;
	rebuild_live(modules);
}

/* Objects were unloaded: those that are gone are marked at once, the others when
 * they are met again, since another one may have taken the place. */
static void check_all(struct vt__modules *modules, struct vt__store *store)
{
	modules->unloadings++;
	for (uint32_t i = 0; i < modules->count; i++) {
		struct vt__module *module = &modules->all[i];

		if (!module->unloaded && !vt__loaded_still(module->start))
			set_unloaded(module, store);
	}
	rebuild_live(modules);
}

void vt__modules_look(struct vt__modules *modules, struct vt__store *store,
		      struct vt__strings *strings, const struct vt__stack *stack)
{
	struct vt__object object;

	if ((int32_t)(stack->generation - modules->generation) > 0) {
		modules->generation = stack->generation;
		check_all(modules, store);
	}
	for (unsigned i = 0; i < stack->depth; i++)
		if (!is_known(modules, stack->ips[i]) &&
		    vt__object_read(stack->ips[i] - 1, &modules->found_path, &object))
			meet(modules, store, strings, &object);
}
