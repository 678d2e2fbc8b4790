/* Notes when this process began and who started it, when it is loaded and when it is forked. */
#include "config.h"

#include "preload/recorder/birth.h"

#include <pthread.h>

#include "base/attributes.h"

static struct vt__birth birth;

static void note(void)
{
	vt__birth_note(&birth);
}

/* The child of vfork() or clone() runs no handler: its first allocation finds
 * another process's number here, and the kernel's word is taken. */
__attribute__((constructor)) VT__SELDOM static void note_birth(void)
{
	note();
	pthread_atfork(NULL, NULL, note);
}

const struct vt__birth *vt__birth(void)
{
	return &birth;
}
