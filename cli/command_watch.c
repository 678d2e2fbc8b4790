/* `vramtrack watch`: serves reports on running processes by HTTP. */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/command_list.h"
#include "cli/live.h"
#include "cli/message.h"
#include "cli/number.h"
#include "cli/stack_options.h"
#include "cli/watch_server.h"
#include "reports/report.h"
#include "vramtrack/exit_codes.h"

#define DEFAULT_HOST "127.0.0.1"
#define DEFAULT_PORT 9417
#define HOST_BYTES 256
#define FRESH_MS 1000 /* a page that was made is good for so long */

/* Those whose format this vramtrack has are served. */
static const struct vt__watch_page all_pages[] = {
	{"/metrics", "openmetrics", "application/openmetrics-text; version=1.0.0; charset=utf-8",
	 "for Prometheus"},
	{"/pprof", "pprof", "application/octet-stream", "a profile, for pprof and what reads it"},
	{"/", "html", "text/html; charset=utf-8", "the page"},
	{"/report.json", "json", "application/json", "the report, for programs"},
	{"/report.txt", "text", "text/plain; charset=utf-8", "the report"},
};
#define PAGES (sizeof(all_pages) / sizeof(*all_pages))

struct settings {
	const char *listen;
	struct vt__stack_settings stacks;
};

static const struct vt__option options[] = {
	{.name = "listen",
	 .letter = 'l',
	 .type = VT__OPTION_TEXT,
	 .shown = "HOST:PORT",
	 .help = "where to listen (default 127.0.0.1:9417): a host or address, [::1] in brackets, "
		 "and a port, either of which may be left out; port 0 is any that is free",
	 .offset = offsetof(struct settings, listen)},
	VT__STACK_OPTION_RULES(offsetof(struct settings, stacks)),
	{.name = NULL},
};

/* What is served, and the last body of each page. */
struct served {
	char *const *words;
	int word_count;
	struct {
		char *body;
		size_t length;
		unsigned long made_ms, took_ms;
	} pages[PAGES];
};

static unsigned long now_ms(void)
{
	struct timespec now = {0, 0};

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (unsigned long)now.tv_sec * 1000 + (unsigned long)now.tv_nsec / 1000000;
}

/* ---- Pages ------------------------------------------------------------------------ */

static bool is_there(const char *format)
{
	const size_t length = strlen(format);
	const char *at = vt__report_formats();

	for (; at; at = strchr(at, ' ') ? strchr(at, ' ') + 1 : NULL)
		if (strncmp(at, format, length) == 0 && (at[length] == ',' || !at[length]))
			return true;
	return false;
}

/* Recordings come and go: folders are looked through each time. What is missing now is left
 * out, quietly: it was said at the start. */
static int find(const struct served *served, struct vt__recordings *recordings)
{
	unsigned long pid;
	int error = served->word_count ? 0 : vt__live_of_all(recordings);

	for (int i = 0; i < served->word_count && error != -ENOMEM; i++) {
		const char *word = served->words[i];
		struct stat status;

		if (vt__live_is_pid(word, &pid) || stat(word, &status))
			error = 0;
		else if (S_ISDIR(status.st_mode))
			error = vt__collect_folder(word, recordings);
		else
			error = vt__collect_file(word, recordings);
	}
	return error == -ENOMEM ? error : 0;
}

static int make_body(const struct vt__watch_page *page, const struct served *served, char **body,
		     size_t *length)
{
	struct vt__recordings recordings = {.count = 0};
	struct vt__report_request request = {.format = page->format};
	struct vt__report_outcome outcome;
	int error = find(served, &recordings);

	request.paths = (const char *const *)recordings.paths;
	request.path_count = recordings.count;
	request.out = error ? NULL : open_memstream(body, length);
	if (!error && !request.out)
		error = -ENOMEM;
	if (!error)
		error = vt__report(&request, &outcome);
	if (request.out && fclose(request.out) && !error)
		error = -ENOMEM;
	if (error) {
		free(*body);
		*body = NULL;
	}
	vt__recordings_free(&recordings);
	return error;
}

/* A page that takes long is made less often: at most a fifth of the time goes to it. */
static int make(const struct vt__watch_page *page, void *closure, char **body, size_t *length)
{
	struct served *served = closure;
	size_t number = 0;
	unsigned long now = now_ms(), fresh;
	int error = 0;

	while (strcmp(all_pages[number].path, page->path) != 0)
		number++;
	fresh = 4 * served->pages[number].took_ms;
	if (!served->pages[number].body ||
	    now - served->pages[number].made_ms >= (fresh > FRESH_MS ? fresh : FRESH_MS)) {
		free(served->pages[number].body);
		served->pages[number].body = NULL;
		error = make_body(page, served, &served->pages[number].body,
				  &served->pages[number].length);
		served->pages[number].made_ms = now_ms();
		served->pages[number].took_ms = served->pages[number].made_ms - now;
	}
	if (error)
		return error;
	*length = served->pages[number].length;
	*body = malloc(*length + 1);
	if (!*body)
		return -ENOMEM;
	memcpy(*body, served->pages[number].body, *length);
	return 0;
}

/* ---- Where ------------------------------------------------------------------------- */

/* HOST:PORT, HOST, :PORT, PORT or [ADDRESS]:PORT. */
static bool parse_place(const char *text, char host[HOST_BYTES], unsigned *port)
{
	const char *colon = strrchr(text, ':'), *end = colon ? colon : text + strlen(text);
	unsigned long number = DEFAULT_PORT;

	if (*text == '[') {
		end = strchr(text, ']');
		if (!end || (end[1] && end[1] != ':'))
			return false;
		colon = end[1] ? end + 1 : NULL;
		text++;
	} else if (colon && strchr(text, ':') != colon) {
		return false; /* an address with colons, without its brackets */
	} else if (!colon && *text && !text[strspn(text, "0123456789")]) {
		colon = text - 1;
		end = text;
	}
	if (colon && colon[1] && vt__parse_number(colon + 1, 0, 65535, &number))
		return false;
	if ((size_t)(end - text) >= HOST_BYTES)
		return false;
	snprintf(host, HOST_BYTES, "%.*s", (int)(end - text), text);
	if (!*host)
		strcpy(host, DEFAULT_HOST);
	*port = (unsigned)number;
	return true;
}

static int cannot_listen(const char *host, unsigned port, int error)
{
	if (error == -EADDRINUSE)
		vt__say("port %u of %s is in use: another 'vramtrack watch' may have it; choose one "
			"with --listen=%s:PORT",
			port, host, host);
	else
		vt__say("cannot listen at %s, port %u: %s", host, port, strerror(-error));
	return VT_EXIT_SYSTEM;
}

static void tell(const char *host, unsigned port, const struct vt__watch_page *pages)
{
	const bool is_six = strchr(host, ':') != NULL;

	for (; pages->path; pages++)
		vt__say("http://%s%s%s:%u%s  %s", is_six ? "[" : "", host, is_six ? "]" : "", port,
			pages->path, pages->what);
}

/* ---- The command --------------------------------------------------------------------- */

static void block_ends(void)
{
	sigset_t ends;

	sigemptyset(&ends);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	sigprocmask(SIG_BLOCK, &ends, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static int serve(const char *host, unsigned port, struct served *served)
{
	struct vt__watch_page pages[PAGES + 1];
	struct vt__watch_server *server;
	size_t count = 0;
	int error;

	for (size_t i = 0; i < PAGES; i++)
		if (is_there(all_pages[i].format))
			pages[count++] = all_pages[i];
	pages[count] = (struct vt__watch_page){.path = NULL};
	block_ends();
	error = vt__watch_open(host, &port, pages, make, served, &server);
	if (error)
		return cannot_listen(host, port, error);
	tell(host, port, pages);
	vt__watch_run(server);
	vt__watch_close(server);
	for (size_t i = 0; i < PAGES; i++)
		free(served->pages[i].body);
	return VT_EXIT_OK;
}

/* What is named is there now, and ours. Pids become the recordings that they have. */
static int check(const struct vt__operands *operands, struct vt__recordings *named)
{
	int code = VT_EXIT_OK;

	for (int i = 0; i < operands->count && !code; i++) {
		unsigned long pid;
		struct stat status;

		if (vt__live_is_pid(operands->items[i], &pid))
			code = vt__live_of_process(pid, named);
		else if (stat(operands->items[i], &status) == 0 && S_ISDIR(status.st_mode) &&
			 status.st_uid == geteuid())
			code = vt__collect_file(operands->items[i], named) ? VT_EXIT_SYSTEM : 0;
		else
			code = vt__live_words(operands->items[i], named);
	}
	return code;
}

static int watch(const struct settings *settings, const struct vt__operands *operands)
{
	struct vt__recordings named = {.count = 0};
	struct served served = {.word_count = 0};
	char host[HOST_BYTES];
	unsigned port;
	int code;

	if (!vt__watch_is_built()) {
		vt__say("this vramtrack was built without libmicrohttpd (libmicrohttpd-dev): it "
			"cannot serve");
		return VT_EXIT_SYSTEM;
	}
	if (!parse_place(settings->listen, host, &port))
		return vt__usage_error("watch", "--listen takes HOST:PORT, not '%s'",
				       settings->listen);
	code = vt__stack_rules_read("watch", &settings->stacks);
	if (!code)
		code = check(operands, &named);
	served.words = named.paths;
	served.word_count = (int)named.count;
	if (!code)
		code = serve(host, port, &served);
	vt__recordings_free(&named);
	return code;
}

static int run(int argc, char **argv)
{
	struct settings settings = {.listen = ""};
	struct vt__operands operands;
	int status = vt__arguments_parse(&vt__command_watch, argc, argv, &settings, &operands);
	int code = status ? vt__options_exit_code(status) : watch(&settings, &operands);

	if (!status)
		free(operands.items);
	vt__list_free(&settings.stacks.rules);
	return code;
}

const struct command vt__command_watch = {
	.name = "watch",
	.summary = "serve reports on tracked processes while they run, by HTTP",
	.usage = "[OPTION]... [PID|FILE|FOLDER]...",
	.details =
		"Serves metrics for Prometheus (/metrics), a profile (/pprof), the page (/) and the "
		"report (/report.json, /report.txt), of what is named or of all tracked "
		"processes of this user. Each is made when it is asked for, once in a second "
		"at most, from the recordings: nothing is done to the processes. A folder is "
		"looked through each time.\n\n"
		"It listens to this machine only, unless --listen says otherwise: whoever "
		"can reach it can read it. SIGINT or SIGTERM ends it.",
	.options = options,
	.run = run,
};
