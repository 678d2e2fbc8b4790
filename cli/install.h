/* Where the shim and the simulated device are installed. */
#ifndef VT_CLI_INSTALL_H
#define VT_CLI_INSTALL_H

/* Variables for those who work on vramtrack: files of a build tree. */
#define VT__SHIM_VARIABLE "VRAMTRACK_PRELOAD"
#define VT__SIMULATE_FOLDER_VARIABLE "VRAMTRACK_SIMULATE_FOLDER"

#define VT__SUPPRESSIONS_VARIABLE "VRAMTRACK_SUPPRESSIONS_FOLDER"

#define VT__FRAMES_VARIABLE "VRAMTRACK_FRAMES_FOLDER"

#define VT__SHIM_NAME "libvramtrack_preload.so"
#define VT__CUPTI_NAME "libvramtrack_cupti.so" /* beside the shim */
#define VT__AUDIT_NAME "libvramtrack_audit.so" /* the same */

/*
 * Finds the shim: VRAMTRACK_PRELOAD; else beside the command, in
 * ../lib/vramtrack (an unpacked bundle); else where it was installed. Returns
 * 0 and an absolute path to free(); or -errno, and has said why in one line.
 */
int vt__install_shim(char **path_out);

/* Finds the CUPTI source beside the shim. Returns as vt__install_shim(). */
int vt__install_cupti(const char *shim_path, char **path_out);

/* Finds the audit object beside the shim. Returns as vt__install_shim(). */
int vt__install_audit(const char *shim_path, char **path_out);

/*
 * Finds the folder of the simulated device: VRAMTRACK_SIMULATE_FOLDER, else
 * `simulate` beside the shim. Returns as vt__install_shim().
 */
int vt__install_simulate(const char *shim_path, char **folder_out);

/*
 * Finds the folder of the suppressions that come with vramtrack:
 * VRAMTRACK_SUPPRESSIONS_FOLDER; else ../share/vramtrack beside the command; else
 * where it was installed. Returns as vt__install_shim().
 */
int vt__install_suppressions(char **folder_out);

/* The same for the rules about frames: VRAMTRACK_FRAMES_FOLDER; else
 * ../share/vramtrack/frames beside the command; else where it was installed. */
int vt__install_frames(char **folder_out);

#endif
