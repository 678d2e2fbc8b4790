/* Runs `vramtrack report` on this process's recording. */
#ifndef VT_PRELOAD_REPORT_COMMAND_H
#define VT_PRELOAD_REPORT_COMMAND_H

/* The command is looked for beside the shim, where it was installed, then in
 * PATH; its output goes to standard error. Waits for it. Returns 0 if it
 * printed a report, -ENOENT if it was not found, -EIO if it failed. */
int vt__report_command(const char *recording);

#endif
