/* The files of a folder that have a suffix, each handed to a reader. */
#ifndef VT_REPORTS_FOLDER_H
#define VT_REPORTS_FOLDER_H

#include "reports/text/message.h"

/*
 * In the order of their names, up to the first that cannot be read; 0 or a negative errno with
 * a message. read(context, path, message) answers in the same way.
 */
int vt__folder_each(const char *path, const char *suffix,
		    int (*read)(void *context, const char *path, char message[VT__MESSAGE_BYTES]),
		    void *context, char message[VT__MESSAGE_BYTES]);

#endif
