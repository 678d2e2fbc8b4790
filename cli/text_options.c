/* How the text report is shown, by the options and by what it is shown on. */
#include "config.h"

#include "cli/text_options.h"

#include <string.h>

#include "cli/terminal.h"

const char *vt__bytes_choices(void)
{
	return "human, exact";
}

struct vt__text_view vt__text_view_for(const struct vt__text_settings *settings, const char *colour,
				       bool full_stacks, FILE *out)
{
	return (struct vt__text_view){
		.sections = settings->sections,
		.all = settings->all,
		.full_stacks = full_stacks,
		.exact_bytes = settings->bytes && strcmp(settings->bytes, "exact") == 0,
		.colour = vt__colour_wanted(colour, out),
		.hyperlinks = vt__hyperlinks_wanted(settings->hyperlinks, out),
		.width = vt__columns_of(out),
	};
}
