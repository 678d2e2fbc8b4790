/* Tells calls and returns from signal handlers in code of x86-64. */
#include "config.h"

#include <stddef.h>

#include "base/attributes.h"
#include "unwind/arch/arch.h"
#include "unwind/unwind_memory.h"

#define LOWEST ((uintptr_t)4096) /* no code is below */
#define LONGEST_CALL 7

VT__READS_FOREIGN bool vt__code_follows_call(uintptr_t ip)
{
	/* Length of each form of an indirect call that begins with FF /2; the
	 * prefixes before it do not matter. */
	static const uint8_t lengths[] = {2, 3, 4, 6, 7};
	const uint8_t *code;

	if (ip < LOWEST || !vt__memory_all_readable(ip - LONGEST_CALL, LONGEST_CALL))
		return false;
	code = (const uint8_t *)ip;
	if (code[-5] == 0xe8)
		return true;
	for (size_t i = 0; i < sizeof(lengths); i++) {
		const uint8_t *call = code - lengths[i];

		if (call[0] == 0xff && ((call[1] >> 3) & 7) == 2)
			return true;
	}
	return false;
}

/* mov $15, %rax; syscall */
VT__READS_FOREIGN bool vt__code_is_sigreturn(uintptr_t ip)
{
	static const uint8_t wanted[] = {0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05};
	const uint8_t *code = (const uint8_t *)ip;

	if (ip < LOWEST || !vt__memory_all_readable(ip, sizeof(wanted)))
		return false;
	for (size_t i = 0; i < sizeof(wanted); i++) {
		if (code[i] != wanted[i])
			return false;
	}
	return true;
}

/* Here they have tables. */
int vt__code_stub_pushed(uintptr_t ip)
{
	(void)ip;
	return -1;
}
