/* The screen of a terminal, by ncurses. */
#include "config.h"

#include "cli/top_screen.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef HAVE_NCURSES
#include <curses.h>
#include <term.h>

static SCREEN *screen;
static FILE *terminal; /* standard output's: stdout itself has no descriptor here */

bool vt__screen_is_built(void)
{
	return true;
}

bool vt__screen_open(void)
{
	const char *place;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return false;
	setlocale(LC_CTYPE, "");
	terminal = fdopen(dup(STDOUT_FILENO), "w");
	screen = terminal ? newterm(NULL, terminal, stdin) : NULL;
	if (!screen) {
		vt__screen_close();
		return false;
	}
	place = tigetstr("cup"); /* a terminal without it cannot be written to at a place */
	if (!place || place == (char *)-1) {
		vt__screen_close();
		return false;
	}
	cbreak();
	noecho();
	keypad(stdscr, TRUE);
	curs_set(0);
	return true;
}

void vt__screen_close(void)
{
	if (screen) {
		endwin();
		delscreen(screen);
		screen = NULL;
	}
	if (terminal)
		fclose(terminal);
	terminal = NULL;
}

void vt__screen_size(int *width, int *height)
{
	getmaxyx(stdscr, *height, *width);
}

void vt__screen_show(const char *text)
{
	int line = 0, width, height;

	vt__screen_size(&width, &height);
	erase();
	for (; *text && line < height; line++) {
		const size_t length = strcspn(text, "\n");

		if (line == 0)
			attron(A_BOLD);
		mvaddnstr(line, 0, text, (int)length);
		if (line == 0)
			attroff(A_BOLD);
		text += length + (text[length] == '\n');
	}
	refresh();
}

int vt__screen_key(int wait_ms)
{
	int key;

	timeout(wait_ms);
	key = getch();
	if (key == KEY_RESIZE)
		return VT__SCREEN_RESIZED;
	return key == ERR ? VT__SCREEN_NOTHING : key;
}

#else

bool vt__screen_is_built(void)
{
	return false;
}

bool vt__screen_open(void)
{
	return false;
}

void vt__screen_close(void)
{
}

void vt__screen_size(int *width, int *height)
{
	*width = *height = 0;
}

void vt__screen_show(const char *text)
{
	(void)text;
}

int vt__screen_key(int wait_ms)
{
	(void)wait_ms;
	return VT__SCREEN_NOTHING;
}

#endif
