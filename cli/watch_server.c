/* An HTTP server that answers with pages which are made when they are asked for. */
#include "config.h"

#include "cli/watch_server.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#ifdef HAVE_MICROHTTPD
#include <arpa/inet.h>
#include <microhttpd.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECTIONS 32
#define IDLE_SECONDS 15

struct vt__watch_server {
	struct MHD_Daemon *daemon;
	const struct vt__watch_page *pages;
	vt__watch_make *make;
	void *closure;
	bool is_local; /* listens to this machine only */
};

bool vt__watch_is_built(void)
{
	return true;
}

/* ---- Answers -------------------------------------------------------------------------- */

static enum MHD_Result answer(struct MHD_Connection *connection, unsigned code, const char *type,
			      char *body, size_t length, enum MHD_ResponseMemoryMode mode)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(length, body, mode);
	enum MHD_Result result;

	if (!response)
		return MHD_NO;
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
	MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
	MHD_add_response_header(response, "Cross-Origin-Resource-Policy", "same-origin");
	result = MHD_queue_response(connection, code, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result refuse(struct MHD_Connection *connection, unsigned code, const char *why)
{
	char *body = strdup(why);

	return body ? answer(connection, code, "text/plain; charset=utf-8", body, strlen(body),
			     MHD_RESPMEM_MUST_FREE)
		    : MHD_NO;
}

static bool begins_host(const char *host, const char *name)
{
	const size_t length = strlen(name);

	return strncasecmp(host, name, length) == 0 && (!host[length] || host[length] == ':');
}

/* A page of the web that a browser here has open may name us by a name of its own: it must not
 * read what is served for this machine. */
static bool is_meant(const struct vt__watch_server *server, struct MHD_Connection *connection)
{
	const char *host = MHD_lookup_connection_value(connection, MHD_HEADER_KIND,
						       MHD_HTTP_HEADER_HOST);

	return !server->is_local || !host || begins_host(host, "localhost") ||
	       begins_host(host, "127.0.0.1") || begins_host(host, "[::1]");
}

static enum MHD_Result respond(void *closure, struct MHD_Connection *connection, const char *url,
			       const char *method, const char *version, const char *upload,
			       size_t *upload_size, void **state)
{
	static int seen;
	const struct vt__watch_server *server = closure;
	const struct vt__watch_page *page = server->pages;
	char *body = NULL;
	size_t length = 0;

	(void)version;
	(void)upload;
	(void)upload_size;
	if (!*state) { /* the head alone is there; the rest comes with the next call */
		*state = &seen;
		return MHD_YES;
	}
	if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
		return refuse(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "only GET\n");
	if (!is_meant(server, connection))
		return refuse(connection, MHD_HTTP_FORBIDDEN, "another host is meant\n");
	while (page->path && strcmp(page->path, url) != 0)
		page++;
	if (!page->path)
		return refuse(connection, MHD_HTTP_NOT_FOUND, "no such page\n");
	if (server->make(page, server->closure, &body, &length))
		return refuse(connection, MHD_HTTP_INTERNAL_SERVER_ERROR,
			      "the report could not be made\n");
	return answer(connection, MHD_HTTP_OK, page->type, body, length, MHD_RESPMEM_MUST_FREE);
}

/* ---- Listening --------------------------------------------------------------------------- */

static bool is_local(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET6)
		return IN6_IS_ADDR_LOOPBACK(
			&((const struct sockaddr_in6 *)(const void *)address)->sin6_addr);
	return ntohl(((const struct sockaddr_in *)(const void *)address)->sin_addr.s_addr) >> 24 ==
	       IN_LOOPBACKNET;
}

static int listen_at(const struct addrinfo *place, unsigned *port)
{
	struct sockaddr_storage bound;
	socklen_t size = sizeof(bound);
	const int on = 1;
	int error = 0, handle = socket(place->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (handle < 0)
		return -errno;
	if (setsockopt(handle, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
	    bind(handle, place->ai_addr, place->ai_addrlen) || listen(handle, CONNECTIONS) ||
	    getsockname(handle, (struct sockaddr *)&bound, &size))
		error = -errno;
	if (error) {
		close(handle);
		return error;
	}
	*port = ntohs(bound.ss_family == AF_INET6
			      ? ((struct sockaddr_in6 *)(void *)&bound)->sin6_port
			      : ((struct sockaddr_in *)(void *)&bound)->sin_port);
	return handle;
}

static int open_socket(const char *host, unsigned *port, bool *local)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
				       .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
	struct addrinfo *places;
	char service[16];
	int handle;

	snprintf(service, sizeof(service), "%u", *port);
	if (getaddrinfo(host, service, &hints, &places))
		return -EADDRNOTAVAIL;
	*local = is_local(places->ai_addr);
	handle = listen_at(places, port);
	freeaddrinfo(places);
	return handle;
}

int vt__watch_open(const char *host, unsigned *port, const struct vt__watch_page *pages,
		   vt__watch_make *make, void *closure, struct vt__watch_server **out)
{
	struct vt__watch_server *server = calloc(1, sizeof(*server));
	int handle = server ? open_socket(host, port, &server->is_local) : -ENOMEM;

	if (handle < 0) {
		free(server);
		return handle;
	}
	server->pages = pages;
	server->make = make;
	server->closure = closure;
	/* In this thread, a request after another: the libraries under a report want that. */
	server->daemon = MHD_start_daemon(
		MHD_USE_EPOLL, 0, NULL, NULL, respond, server, MHD_OPTION_LISTEN_SOCKET, handle,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT,
		(unsigned)IDLE_SECONDS, MHD_OPTION_END);
	if (!server->daemon) {
		close(handle);
		free(server);
		return -ENOMEM;
	}
	*out = server;
	return 0;
}

void vt__watch_close(struct vt__watch_server *server)
{
	MHD_stop_daemon(server->daemon);
	free(server);
}

void vt__watch_run(struct vt__watch_server *server)
{
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(server->daemon,
							       MHD_DAEMON_INFO_EPOLL_FD);
	sigset_t ends;
	struct pollfd places[2];

	sigemptyset(&ends);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	places[0] = (struct pollfd){.fd = signalfd(-1, &ends, SFD_CLOEXEC), .events = POLLIN};
	places[1] = (struct pollfd){.fd = info ? info->epoll_fd : -1, .events = POLLIN};
	for (;;) {
		MHD_UNSIGNED_LONG_LONG limit;
		const int wait = MHD_get_timeout(server->daemon, &limit) == MHD_YES && limit < 1000
					 ? (int)limit
					 : 1000;

		if (poll(places, 2, wait) < 0 && errno != EINTR)
			break;
		if (places[0].revents)
			break;
		MHD_run(server->daemon);
	}
	if (places[0].fd >= 0)
		close(places[0].fd);
}

#else

bool vt__watch_is_built(void)
{
	return false;
}

int vt__watch_open(const char *host, unsigned *port, const struct vt__watch_page *pages,
		   vt__watch_make *make, void *closure, struct vt__watch_server **out)
{
	(void)host;
	(void)port;
	(void)pages;
	(void)make;
	(void)closure;
	(void)out;
	return -ENOTSUP;
}

void vt__watch_close(struct vt__watch_server *server)
{
	(void)server;
}

void vt__watch_run(struct vt__watch_server *server)
{
	(void)server;
}

#endif
