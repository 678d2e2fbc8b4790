/*
 * sigaction, signal and the signal mask: the program keeps what it says of SIGBUS, and
 * the guard of the recording stays in front of it (recording/guard.h).
 */
#include "config.h"

#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "base/attributes.h"
#include "recording/guard.h"
#include "preload/base/real_dlsym.h"
#include "preload/doors/wrapper.h"

#define FUNCTIONS(FUNCTION)                                                                        \
	FUNCTION(int, sigaction, (int, const struct sigaction *, struct sigaction *))              \
	FUNCTION(sighandler_t, signal, (int, sighandler_t))                                        \
	FUNCTION(sighandler_t, sysv_signal, (int, sighandler_t))                                   \
	FUNCTION(int, pthread_sigmask, (int, const sigset_t *, sigset_t *))                        \
	FUNCTION(int, sigprocmask, (int, const sigset_t *, sigset_t *))

static struct {
#define FUNCTION(result, name, parameters) result(*name) parameters;
	FUNCTIONS(FUNCTION)
#undef FUNCTION
} real;

/* Early, since they are called where nothing may be looked up: in handlers, after vfork(). */
__attribute__((constructor)) VT__SELDOM static void prepare(void)
{
	int saved = errno;

#define FUNCTION(result, name, parameters) real.name = (result(*) parameters)vt__next_if_any(#name);
	FUNCTIONS(FUNCTION)
#undef FUNCTION
	errno = saved;
}

/* Called in a constructor before ours, one is looked up. */
#define REAL(name) (real.name ? real.name : (__typeof__(real.name))vt__real_dlsym(RTLD_NEXT, #name))

VT__EXPORT int sigaction(int number, const struct sigaction *restrict action,
			 struct sigaction *restrict old)
{
	if (VT__UNLIKELY(number == SIGBUS && vt__guard_stands()))
		return vt__guard_sigaction(action, old);
	return REAL(sigaction)(number, action, old);
}

static sighandler_t set_handler(sighandler_t handler, int flags)
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = flags}, old;

	if (handler == SIG_ERR) {
		errno = EINVAL;
		return SIG_ERR;
	}
	sigemptyset(&action.sa_mask);
	return vt__guard_sigaction(&action, &old) == 0 ? old.sa_handler : SIG_ERR;
}

VT__EXPORT sighandler_t signal(int number, sighandler_t handler)
{
	if (VT__UNLIKELY(number == SIGBUS && vt__guard_stands()))
		return set_handler(handler, SA_RESTART);
	return REAL(signal)(number, handler);
}

/* No header has it any more; programs may. */
sighandler_t bsd_signal(int number, sighandler_t handler);

VT__EXPORT sighandler_t bsd_signal(int number, sighandler_t handler)
{
	return signal(number, handler);
}

VT__EXPORT sighandler_t ssignal(int number, sighandler_t handler)
{
	return signal(number, handler);
}

/* What signal() is for a program that asks for nothing but the standard. */
VT__EXPORT sighandler_t sysv_signal(int number, sighandler_t handler)
{
	if (VT__UNLIKELY(number == SIGBUS && vt__guard_stands()))
		return set_handler(handler, (int)(SA_RESETHAND | SA_NODEFER));
	return REAL(sysv_signal)(number, handler);
}

VT__EXPORT sighandler_t __sysv_signal(int number, sighandler_t handler)
{
	return sysv_signal(number, handler);
}

VT__EXPORT int pthread_sigmask(int how, const sigset_t *restrict set, sigset_t *restrict old)
{
	if (VT__LIKELY(!vt__guard_stands()))
		return REAL(pthread_sigmask)(how, set, old);
	return vt__guard_sigmask(how, set, old);
}

VT__EXPORT int sigprocmask(int how, const sigset_t *restrict set, sigset_t *restrict old)
{
	int error;

	if (VT__LIKELY(!vt__guard_stands()))
		return REAL(sigprocmask)(how, set, old);
	error = vt__guard_sigmask(how, set, old);
	if (error)
		errno = error;
	return error ? -1 : 0;
}
