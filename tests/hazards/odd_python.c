/*
 * Libraries that have the symbols of a Python, and are none that is known: VERSION is what they
 * say, CODE_BYTES the size of their code objects. The program's name is `odd_python`.
 */
#include <stddef.h>

__attribute__((visibility("default"))) unsigned long _PyRuntime[128];
__attribute__((visibility("default"))) unsigned long PyCode_Type[64] = {[4] = CODE_BYTES};

void *PyGILState_GetThisThreadState(void);
const char *Py_GetVersion(void);

/* Whoever asks for it did not see that it is not known. */
void *PyGILState_GetThisThreadState(void)
{
	__builtin_trap();
}

const char *Py_GetVersion(void)
{
	return VERSION " (made for a test)";
}
