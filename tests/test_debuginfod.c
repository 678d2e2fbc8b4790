/*
 * debuginfod servers that do not answer, or drip for ever, hold a report for a bounded time.
 */
#include "config.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <limits.h>
#include <link.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "reports/names/symbolizer.h"

#define MODULES_LEAST 3
#define SECONDS_MOST 6.0 /* for all of them; one question to a hung server takes as long */

static char folder[] = "/tmp/test_debuginfod.XXXXXX";

/* The port of a socket that connections are made to, and nobody answers. */
static int listen_here(int *port)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t bytes = sizeof(address);
	const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(server >= 0);
	assert_int_equal(bind(server, (struct sockaddr *)&address, bytes), 0);
	assert_int_equal(listen(server, 64), 0);
	assert_int_equal(getsockname(server, (struct sockaddr *)&address, &bytes), 0);
	*port = ntohs(address.sin_port);
	return server;
}

/* One connection, one answer without an end: fast enough to be no stall. */
static void drip_for_ever(int server)
{
	static const char head[] = "HTTP/1.1 200 OK\r\nContent-Length: 9000000000\r\n\r\n";
	static const char drops[32768];
	const struct timespec pause = {0, 50000000};

	signal(SIGPIPE, SIG_IGN);
	for (;;) {
		const int client = accept(server, NULL, NULL);
		char question[4096];

		if (read(client, question, sizeof(question)) > 0 &&
		    write(client, head, sizeof(head) - 1) > 0)
			while (write(client, drops, sizeof(drops)) > 0)
				nanosleep(&pause, NULL);
		close(client);
	}
}

struct naming {
	struct vt__symbolizer *symbolizer;
	size_t modules;
};

/* Names an address of a library, for which its debug file is looked for. */
static int name_module(struct dl_phdr_info *info, size_t size, void *closure)
{
	struct naming *naming = closure;
	struct vt__module *module;
	struct vt__symbols symbols;

	(void)size;
	if (info->dlpi_name[0] != '/')
		return 0;
	module = vt__symbolizer_module(naming->symbolizer, info->dlpi_name, NULL, 0, UINT64_MAX);
	assert_non_null(module);
	assert_int_equal(vt__symbolize(naming->symbolizer, module, 0x2000, VT__NAMES_ALL, &symbols),
			 0);
	naming->modules++;
	return 0;
}

/* In a process of its own: environment, standard error and the limit are the process's. */
static void name_all(int port, int said)
{
	struct naming naming = {.modules = 0};
	char url[64], cache[64];

	snprintf(url, sizeof(url), "http://127.0.0.1:%d/", port);
	snprintf(cache, sizeof(cache), "%s/cache", folder);
	setenv("DEBUGINFOD_URLS", url, 1);
	setenv("DEBUGINFOD_CACHE_PATH", cache, 1);
	setenv("DEBUGINFOD_TIMEOUT", "2", 1);
	setenv("DEBUGINFOD_MAXTIME", "4", 1);
	signal(SIGSEGV, SIG_DFL); /* not the parent's, which would go on with the next test */
	dup2(said, STDERR_FILENO);
	naming.symbolizer = vt__symbolizer_new();
	dl_iterate_phdr(name_module, &naming);
	vt__symbolizer_free(naming.symbolizer);
	_exit(naming.modules < MODULES_LEAST);
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void check_server(int port)
{
	const double begin = seconds();
	char words[4096], *first;
	int said[2], status;
	ssize_t bytes;
	pid_t child;

	assert_int_equal(pipe(said), 0);
	child = fork();
	if (!child)
		name_all(port, said[1]);
	close(said[1]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	bytes = read(said[0], words, sizeof(words) - 1);
	close(said[0]);
	if (seconds() - begin > SECONDS_MOST)
		fail_msg("%.1f s", seconds() - begin);
	words[bytes > 0 ? bytes : 0] = '\0';
	first = strstr(words, "debuginfod: no answer in time");
	assert_non_null(first);
	assert_null(strstr(first + 1, "debuginfod: no answer"));
}

static void a_server_that_does_not_answer_is_given_up(void **state)
{
	int port;
	const int server = listen_here(&port);

	(void)state;
	check_server(port);
	close(server);
}

static void a_server_that_drips_for_ever_is_given_up(void **state)
{
	int port;
	const int server = listen_here(&port);
	pid_t child;

	(void)state;
	child = fork();
	if (!child) {
		/* a check that fails goes past the kill below: whoever reads what we print would
		 * wait for it */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		drip_for_ever(server);
	}
	check_server(port);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	close(server);
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	char command[sizeof(folder) + 16];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_server_that_does_not_answer_is_given_up),
		cmocka_unit_test(a_server_that_drips_for_ever_is_given_up),
	};

	if (!dlopen("libdebuginfod.so.1", RTLD_NOW | RTLD_LOCAL)) {
		puts("1..0 # SKIP libdebuginfod is not installed");
		return 0;
	}
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
