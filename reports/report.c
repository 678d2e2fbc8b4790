/*
 * The one door from the command to the reports: recordings in, a report out.
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "reports/analysis.h"
#include "reports/reader.h"
#include "reports/report.h"
#include "reports/writer.h"

static const struct vt__writer writers[] = {
#define VT__WRITER(name, description) {#name, description, vt__write_##name},
	VT__WRITERS(VT__WRITER)
#undef VT__WRITER
};

const char *vt__report_formats(void)
{
#define VT__WRITER(name, description) ", " #name
	static const char names[] = VT__WRITERS(VT__WRITER);
#undef VT__WRITER

	return names + strlen(", ");
}

static const struct vt__writer *find_writer(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(writers) / sizeof(*writers); i++)
		if (!strcmp(writers[i].name, name))
			return &writers[i];
	return NULL;
}

static int read_all(struct vt__analysis *analysis, const struct vt__report_request *request)
{
	char message[VT__MESSAGE_BYTES];
	struct vt__recording *recording;
	size_t i;

	for (i = 0; i < request->path_count; i++) {
		if (vt__recording_open(request->paths[i], &recording, message)) {
			fprintf(stderr, "vramtrack: %s\n", message);
			analysis->unreadable++;
			continue;
		}
		if (vt__analysis_add(analysis, recording))
			return -ENOMEM;
	}
	vt__analysis_finish(analysis);
	return 0;
}

static void tell_outcome(const struct vt__analysis *analysis, struct vt__report_outcome *outcome)
{
	const struct vt__summary *summary = &analysis->summary;
	struct vt__report_outcome result = {
		.processes = analysis->process_count,
		.unreadable = analysis->unreadable,
		.leaked_bytes = summary->sums[VT__CLASS_LEAK][VT_BUCKET_VRAM].bytes,
	};
	int class;

	for (class = 0; class < VT__CLASS_COUNT; class ++)
		if (vt__class_words[class].is_finding)
			result.findings += summary->findings[class];
	*outcome = result;
}

int vt__report(const struct vt__report_request *request, struct vt__report_outcome *outcome)
{
	const struct vt__writer *writer = find_writer(request->format);
	struct vt__analysis *analysis;
	int error;

	if (!writer)
		return -EINVAL;
	error = vt__analysis_new(&analysis);
	if (error)
		return error;
	error = read_all(analysis, request);
	if (!error)
		error = writer->write(analysis, request->colour, request->out);
	if (!error && (fflush(request->out) || ferror(request->out)))
		error = -EIO;
	if (!error)
		tell_outcome(analysis, outcome);
	vt__analysis_free(analysis);
	return error;
}
