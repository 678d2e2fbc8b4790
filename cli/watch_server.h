/* Serves reports by HTTP, by libmicrohttpd. */
#ifndef VT_CLI_WATCH_SERVER_H
#define VT_CLI_WATCH_SERVER_H

#include <stdbool.h>
#include <stddef.h>

/* A page that is served. */
struct vt__watch_page {
	const char *path;   /* "/metrics" */
	const char *format; /* of the report */
	const char *type;   /* Content-Type */
	const char *what;   /* one line for people */
};

/* Makes the body of a page; to free(). 0 or -errno. */
typedef int vt__watch_make(const struct vt__watch_page *page, void *closure, char **body,
			   size_t *length);

struct vt__watch_server;

/* Whether this build has one. */
bool vt__watch_is_built(void);

/*
 * Listens at a host and a port (0: any free one, which is put there). `pages` ends with a row
 * without a path. One request is answered at a time. 0 or -errno.
 */
int vt__watch_open(const char *host, unsigned *port, const struct vt__watch_page *pages,
		   vt__watch_make *make, void *closure, struct vt__watch_server **out);
void vt__watch_close(struct vt__watch_server *server);

/* Answers until SIGINT or SIGTERM, which must be blocked. */
void vt__watch_run(struct vt__watch_server *server);

#endif
