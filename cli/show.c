/* Shows recordings as a report, and says why where that fails. */
#include "config.h"

#include "cli/show.h"

#include <errno.h>
#include <string.h>

#include "cli/message.h"
#include "reports/files.h"

int vt__show(const struct vt__recordings *recordings, const struct vt__view *view,
	     struct vt__report_outcome *outcome_out)
{
	const struct vt__report_request request = {
		.paths = (const char *const *)recordings->paths,
		.path_count = recordings->count,
		.unread_folder = view->unread_folder,
		.verify = view->beside != NULL,
		.other_paths = view->beside ? (const char *const *)view->beside->paths : NULL,
		.other_count = view->beside ? view->beside->count : 0,
		.merge = view->merge,
		.between = view->between,
		.addresses = view->addresses,
		.core_dump = view->core_dump,
		.format = view->format,
		.view = view->text,
		.measure = view->measure,
		.bucket = view->bucket,
		.out = view->out,
	};
	const int status = vt__report(&request, outcome_out);
	const int lost = vt__stream_error(view->out);

	/* who has read enough of a pipe wants to hear no more */
	if (lost && lost != -EPIPE)
		vt__say("cannot write the report to %s: %s", view->out_name, strerror(-lost));
	else if (status == -ENOTSUP)
		vt__say("cannot make the report: this vramtrack was built without what --format=%s "
			"needs: build it with the development files of SQLite (libsqlite3-dev)",
			view->format);
	else if (!lost && status < 0 && status != -EBADMSG) /* of a core dump it is said */
		vt__say("cannot make the report: %s", strerror(-status));
	return lost ? lost : status;
}
