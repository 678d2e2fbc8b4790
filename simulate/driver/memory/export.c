/* Memory that other processes have open, kept after its free. */
#include "config.h"

#include "simulate/driver/memory/export.h"
#include "simulate/driver/memory/physical.h"

static struct vt__region *kept;

static bool open_elsewhere(const struct vt__region *region)
{
	return region->exported &&
	       vt__memory_file_held(region->file, region->file_offset, region->size);
}

bool vt__export_keep(struct vt__region *region)
{
	if (!open_elsewhere(region))
		return false;
	vt__memory_file_retire(region->file, region->file_offset, region->size, true);
	region->next_kept = kept;
	kept = region;
	return true;
}

void vt__export_settle(void)
{
	struct vt__region **link = &kept;

	while (*link) {
		struct vt__region *region = *link;

		if (open_elsewhere(region)) {
			link = &region->next_kept;
			continue;
		}
		*link = region->next_kept;
		vt__memory_file_retire(region->file, region->file_offset, region->size, false);
		vt__region_give_back(region);
	}
	vt__physical_settle();
}
