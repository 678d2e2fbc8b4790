/* Reads the rules about whose a frame is. */
#include "config.h"

#include "cli/stack_options.h"

#include <errno.h>
#include <stdlib.h>

#include "cli/install.h"
#include "cli/message.h"
#include "reports/stack_rules.h"
#include "vramtrack/exit_codes.h"

static int refused(const char *command, int error, const char *message)
{
	vt__say_for(command, "%s", message);
	return error == -ENOMEM ? VT_EXIT_SYSTEM : VT_EXIT_BAD_INPUT;
}

int vt__stack_rules_read(const char *command, const struct vt__stack_settings *settings)
{
	char message[VT__MESSAGE_BYTES];
	char *folder;
	int error = 0;

	for (size_t i = 0; i < settings->rules.count && !error; i++)
		error = vt__frame_rules_read(settings->rules.items[i], message);
	if (error)
		return refused(command, error, message);
	if (vt__install_frames(&folder) < 0)
		return VT_EXIT_OK;
	error = vt__frame_rules_read_folder(folder, message);
	free(folder);
	return error ? refused(command, error, message) : VT_EXIT_OK;
}
