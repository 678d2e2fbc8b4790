/* Health: residency of everything that the tracker knows. */
#include "health.h"

#include "vram_tracker.h"

namespace worker
{

bool Health::check_vram_residency(const VramTracker &tracker)
{
	return tracker.verify_vram_residency();
}

std::string Health::residency_report(const VramTracker &tracker)
{
	std::string report = check_vram_residency(tracker) ? "Status: RESIDENT\n"
							   : "Status: VIOLATION\n";

	return report + tracker.usage_report();
}

} /* namespace worker */
