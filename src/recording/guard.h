/*
 * Keeps the program alive when its recording is taken away under it: a file that
 * is shortened, or a disk that fails, raises SIGBUS where its mapping is touched.
 *
 * The guard stands in front of the program's handler of SIGBUS. A fault in what it
 * watches puts empty memory in the place of all of it and sets a word; every other
 * SIGBUS goes where the program wanted it, with the same siginfo. The functions
 * below are also what libc's sigaction() and pthread_sigmask() are for a program
 * (preload/doors/signal_door.c), so that one that asks sees what it set itself.
 *
 * Handlers that a program installs by a system call of its own stand in front of
 * the guard until the recording grows next; so does a mask that is set like that.
 */
#ifndef VT_LEDGER_GUARD_H
#define VT_LEDGER_GUARD_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

/* Forgets what was watched: a new recording begins. After fork() nothing of the
 * parent's is mapped. A fault sets the word to the value. */
void vt__guard_begin(uint32_t *word, uint32_t value);

/* Memory of the recording, whole pages. */
void vt__guard_watch(void *start, size_t bytes);

/* Stands in front, anew where the program has put a handler past us. */
void vt__guard_stand(void);

bool vt__guard_stands(void);

/* Empty memory in the place of all that is watched. Safe in a handler. False when
 * there is none. */
bool vt__guard_replace(void);

/* A fault while SIGBUS is blocked kills at once: the calling thread is made to
 * take it, and what it wanted is kept. */
VT__SELDOM void vt__guard_unblock(void);

/* As sigaction(SIGBUS, ...) and pthread_sigmask(); the second returns an errno value.
 * Only while the guard stands. */
int vt__guard_sigaction(const struct sigaction *action, struct sigaction *old);
int vt__guard_sigmask(int how, const sigset_t *set, sigset_t *old);

#endif
