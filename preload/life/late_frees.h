/*
 * Frees that the CUDA runtime turns away while the process exits.
 *
 * A destructor that runs after the runtime's own exit handler gets
 * cudaErrorCudartUnloading from cudaFree, and no driver function is called.
 * For the program the memory is freed; so it is for the ledger. A runtime that
 * is linked into the program (static cudart) cannot be watched.
 */
#ifndef VT_PRELOAD_LATE_FREES_H
#define VT_PRELOAD_LATE_FREES_H

/* Called in exit(), before the runtime's handler: from now on the calls of
 * runtime free functions from all loaded objects pass through here. Until then
 * nothing of the program is touched. Does nothing when no shared runtime, or
 * more than one, is loaded. */
void vt__late_frees_watch(void);

#endif
