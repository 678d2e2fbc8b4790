/*
 * The door from the command to the gate: recordings in, a judgement out.
 */
#include "config.h"

#include "reports/gate_report.h"

#include <errno.h>
#include <time.h>

#include "reports/names/debuginfod.h"
#include "reports/report.h"
#include "reports/text/progress.h"

/* In UTC, as 20261231. */
static uint32_t today(void)
{
	const time_t now = time(NULL);
	struct tm day = {.tm_year = 0};

	gmtime_r(&now, &day);
	return (uint32_t)((day.tm_year + 1900) * 10000 + (day.tm_mon + 1) * 100 + day.tm_mday);
}

static int judge(struct vt__analysis *analysis, struct vt__walk *walk, void *closure)
{
	struct vt__gate_job *job = closure;
	struct vt__gate judgement;

	(void)walk;
	analysis->full_stacks = job->full_stacks;
	job->request.analysis = analysis;
	job->request.today = today();
	if (vt__gate_judge(&job->request, &judgement))
		return -ENOMEM;
	vt__progress_end();
	job->use(&judgement, job->closure);
	vt__gate_release(&judgement);
	return 0;
}

int vt__gate_report(struct vt__gate_job *job)
{
	if (!job->debuginfod)
		vt__debuginfod_forbid();
	return vt__report_analyse(job->paths, job->path_count, judge, job);
}
