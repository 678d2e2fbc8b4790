/*
 * The formats of a report that are files for other programs: sums of call sites, in which no
 * finding is told in words, and nothing of --merge and --verify.
 */
#ifndef VT_REPORTS_EXPORTS_H
#define VT_REPORTS_EXPORTS_H

/* VT__WRITER(identifier, name, is binary, what it is for): rows of VT__WRITERS (writer.h). */
#define VT__EXPORTS(VT__WRITER)                                                                    \
	VT__WRITER(pprof, "pprof", true, "for pprof, Pyroscope, Parca")                            \
	VT__WRITER(folded, "folded", false, "for flame graphs: a line for each stack")             \
	VT__WRITER(speedscope, "speedscope", false, "for speedscope")                              \
	VT__WRITER(perfetto, "perfetto", false, "for Perfetto and chrome://tracing")               \
	VT__WRITER(memory_viz, "memory-viz", true, "for pytorch.org/memory_viz")                   \
	VT__WRITER(openmetrics, "openmetrics", false, "for Prometheus")                            \
	VT__WRITER(sqlite, "sqlite", true, "for SQLite: schema vramtrack-sqlite/1")                \
	VT__WRITER(csv, "csv", false, "for spreadsheets: a row for each call site")

/* Behind "format=json": the formats with which an option of the others has no effect. */
#define VT__EXPORT_HAS_NONE(id, name, is_binary, description) ",format=" name
#define VT__NOT_EXPORTS VT__EXPORTS(VT__EXPORT_HAS_NONE)

#endif
