/* What the worker says when it is asked how it is. */
#ifndef CLIENT_HEALTH_H
#define CLIENT_HEALTH_H

#include <string>

namespace worker
{

class VramTracker;

class Health
{
public:
	static bool check_vram_residency(const VramTracker &tracker);
	static std::string residency_report(const VramTracker &tracker);
};

} /* namespace worker */

#endif
