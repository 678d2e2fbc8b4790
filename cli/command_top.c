/* `vramtrack top`: tracked processes while they run. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/command_list.h"
#include "cli/live.h"
#include "cli/message.h"
#include "cli/stack_options.h"
#include "cli/terminal.h"
#include "cli/top.h"
#include "cli/top_screen.h"
#include "vramtrack/exit_codes.h"

#define STATUS "q: quit; by l: live, p: peak, r: rate, a: allocations"
#define SHARE 4          /* looking takes this part of the time at most */
#define PLAIN_WIDTH 1000 /* where there is no terminal: nothing is cut */

struct settings {
	const char *key;
	unsigned long interval; /* seconds */
	bool once;
	struct vt__stack_settings stacks;
};

static const struct vt__option options[] = {
	{.name = "sort",
	 .letter = 's',
	 .type = VT__OPTION_CHOICE,
	 .choices = vt__top_key_choices,
	 .help = "what comes first (default live); a key changes it",
	 .offset = offsetof(struct settings, key)},
	{.name = "interval",
	 .letter = 'd',
	 .type = VT__OPTION_NUMBER,
	 .shown = "SECONDS",
	 .help = "how often to look (default 1)",
	 .least = 1,
	 .most = 3600,
	 .offset = offsetof(struct settings, interval)},
	{.name = "once",
	 .type = VT__OPTION_SWITCH,
	 .help = "look twice, an interval apart, print that, and end; also where standard output "
		 "is no terminal that has a screen",
	 .offset = offsetof(struct settings, once)},
	VT__STACK_OPTION_RULES(offsetof(struct settings, stacks)),
	{.name = NULL},
};

/* What is looked at: what was named, or what there is each time. */
struct watch {
	struct vt__recordings named;
	bool all;
	enum vt__top_key key;
	struct vt__top *top;
	unsigned long interval_ms, took_ms;
};

static unsigned long now_ms(void)
{
	struct timespec now = {0, 0};

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (unsigned long)now.tv_sec * 1000 + (unsigned long)now.tv_nsec / 1000000;
}

/* 0 or -ENOMEM. */
static int look(struct watch *watch)
{
	const unsigned long begin = now_ms();
	struct vt__recordings found = {.count = 0};
	int error = 0;

	if (watch->all)
		error = vt__live_of_all(&found) == -ENOMEM ? -ENOMEM : 0;
	if (!error)
		error = vt__top_look(watch->top, watch->all ? &found : &watch->named, watch->key);
	vt__recordings_free(&found);
	watch->took_ms = now_ms() - begin;
	return error;
}

static unsigned long pause_of(const struct watch *watch)
{
	const unsigned long least = SHARE * watch->took_ms;

	return watch->interval_ms > least ? watch->interval_ms : least;
}

/* ---- Once ------------------------------------------------------------------------ */

static int print_once(struct watch *watch)
{
	const unsigned long pause = pause_of(watch);
	const struct timespec time = {(time_t)(pause / 1000), (long)(pause % 1000) * 1000000};
	const unsigned columns = vt__columns_of(stdout);
	int error = look(watch);

	nanosleep(&time, NULL);
	if (!error)
		error = look(watch);
	if (error)
		return error;
	vt__top_write(watch->top, watch->key, columns ? (int)columns : PLAIN_WIDTH, 0, NULL,
		      stdout);
	return fflush(stdout) ? -errno : 0;
}

/* ---- On a screen ------------------------------------------------------------------- */

static int draw(const struct watch *watch)
{
	int width, height;
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	if (!out)
		return -ENOMEM;
	vt__screen_size(&width, &height);
	vt__top_write(watch->top, watch->key, width, height, STATUS, out);
	if (fclose(out) || !text) {
		free(text);
		return -ENOMEM;
	}
	vt__screen_show(text);
	free(text);
	return 0;
}

static int run_on_screen(struct watch *watch)
{
	unsigned long next = now_ms();
	int error = 0, key = VT__SCREEN_NOTHING;

	while (!error && key != 'q' && key != 'Q') {
		const enum vt__top_key wanted = vt__top_key_of(key);

		if (wanted != VT__TOP_KEY_COUNT) {
			watch->key = wanted;
			vt__top_sort(watch->top, wanted);
		}
		if (now_ms() >= next) {
			error = look(watch);
			next = now_ms() + pause_of(watch);
		}
		if (!error)
			error = draw(watch);
		if (!error)
			key = vt__screen_key(next > now_ms() ? (int)(next - now_ms()) : 1);
	}
	return error;
}

/* ---- The command --------------------------------------------------------------------- */

static int watch(const struct settings *settings, struct watch *watch)
{
	int error;

	watch->key = vt__top_key_named(settings->key);
	watch->interval_ms = settings->interval * 1000;
	watch->top = vt__top_new();
	if (!watch->top) {
		error = -ENOMEM;
	} else if (!settings->once && vt__screen_open()) {
		error = run_on_screen(watch);
		vt__screen_close();
	} else {
		if (!settings->once && !vt__screen_is_built())
			vt__say("this vramtrack was built without ncurses (libncurses-dev): it "
				"prints once");
		error = print_once(watch);
	}
	vt__top_free(watch->top);
	if (error)
		vt__say("cannot go on: %s", strerror(-error));
	return error ? VT_EXIT_SYSTEM : VT_EXIT_OK;
}

static int top(struct settings *settings, const struct vt__operands *operands)
{
	struct watch it = {.all = operands->count == 0};
	int code = vt__stack_rules_read("top", &settings->stacks);

	for (int i = 0; i < operands->count && !code; i++)
		code = vt__live_words(operands->items[i], &it.named);
	if (!code)
		code = watch(settings, &it);
	vt__recordings_free(&it.named);
	return code;
}

static int run(int argc, char **argv)
{
	struct settings settings = {.key = "live", .interval = 1};
	struct vt__operands operands;
	int status = vt__arguments_parse(&vt__command_top, argc, argv, &settings, &operands);
	int code = status ? vt__options_exit_code(status) : top(&settings, &operands);

	if (!status)
		free(operands.items);
	vt__list_free(&settings.stacks.rules);
	return code;
}

const struct command vt__command_top = {
	.name = "top",
	.summary = "show tracked processes while they run",
	.usage = "[OPTION]... [PID|FILE|FOLDER]...",
	.details = "Shows what each process holds of each device, its peak, how that changes, its "
		   "last mark, and the call sites that hold most; without a name, of all tracked "
		   "processes of this user. It reads their recordings; nothing is done to them.\n\n"
		   "Keys: q ends it; l, p, r and a sort by what is live, by peak, by the change "
		   "in a second, by allocations in a second.",
	.options = options,
	.run = run,
};
