/* Managed memory that a device has used: what the device is charged for it. */
#include "config.h"

#include <stdlib.h>

#include "simulate/driver/memory/resident.h"

#define PIECE ((size_t)64 << 10) /* managed memory moves by pieces of this size */
#define CHUNK VT_SPACE_BLOCK
#define BATCH 64 /* chunks */

/* For each piece of a region: the device that has it, plus one; 0 for none. */
struct vt__resident {
	size_t pieces;
	unsigned char holders[];
};

static size_t piece_of(const struct vt__region *region, uintptr_t address)
{
	return (address - region->node.key) / PIECE;
}

static struct vt__resident *records_of(struct vt__region *region)
{
	size_t pieces = (region->size - 1) / PIECE + 1;

	if (!region->resident) {
		region->resident = calloc(1, sizeof(*region->resident) + pieces);
		if (region->resident)
			region->resident->pieces = pieces;
	}
	return region->resident;
}

static size_t chunks_of(size_t bytes)
{
	return (bytes + CHUNK - 1) / CHUNK;
}

size_t vt__resident_charged(const struct vt__device *device)
{
	return (chunks_of(device->managed) + device->managed_ready) * CHUNK;
}

/* A chunk of those that are ready, or of a new batch; false if the device is full. */
static bool take_chunk(struct vt__device *device)
{
	size_t room = (device->total - device->used) / CHUNK;
	size_t batch = room < BATCH ? room : BATCH;

	if (!device->managed_ready) {
		device->managed_ready = batch;
		device->used += batch * CHUNK;
	}
	if (!device->managed_ready)
		return false;
	device->managed_ready--;
	return true;
}

static bool add_piece(CUdevice ordinal)
{
	struct vt__device *device = &vt__devices[ordinal];

	if (chunks_of(device->managed + PIECE) > chunks_of(device->managed) && !take_chunk(device))
		return false;
	device->managed += PIECE;
	return true;
}

static void drop_piece(CUdevice ordinal)
{
	struct vt__device *device = &vt__devices[ordinal];
	size_t before = chunks_of(device->managed);

	device->managed -= PIECE;
	device->used -= (before - chunks_of(device->managed)) * CHUNK;
}

void vt__resident_use(struct vt__region *region, uintptr_t address, size_t size, CUdevice device)
{
	struct vt__resident *resident = size ? records_of(region) : NULL;
	size_t last = size ? piece_of(region, address + size - 1) : 0;

	if (!resident)
		return;
	for (size_t i = piece_of(region, address); i <= last && i < resident->pieces; i++) {
		unsigned char *holder = &resident->holders[i];

		if (*holder == device + 1)
			continue;
		if (!add_piece(device))
			return; /* what does not fit stays where it is */
		if (*holder)
			drop_piece(*holder - 1);
		*holder = (unsigned char)(device + 1);
	}
}

void vt__resident_drop(struct vt__region *region)
{
	struct vt__resident *resident = region->resident;

	for (size_t i = 0; resident && i < resident->pieces; i++) {
		if (resident->holders[i])
			drop_piece(resident->holders[i] - 1);
	}
	free(resident);
	region->resident = NULL;
}

static bool fits(const struct vt__device *device, size_t bytes)
{
	return bytes <= device->total - device->used;
}

static void evict_from(struct vt__resident *resident, CUdevice ordinal, size_t bytes)
{
	for (size_t i = 0; i < resident->pieces && !fits(&vt__devices[ordinal], bytes); i++) {
		if (resident->holders[i] != ordinal + 1)
			continue;
		drop_piece(ordinal);
		resident->holders[i] = 0;
	}
}

void vt__resident_evict(CUdevice ordinal, size_t bytes)
{
	struct vt__device *device = &vt__devices[ordinal];
	struct vt__region *region = vt__region_from(0);

	while (device->managed_ready && !fits(device, bytes)) {
		device->managed_ready--;
		device->used -= CHUNK;
	}
	for (; region && !fits(device, bytes); region = vt__region_from(region->node.key + 1)) {
		if (region->resident)
			evict_from(region->resident, ordinal, bytes);
	}
}
