/* Tells calls and returns from signal handlers in code of 64-bit Arm. */
#include "config.h"

#include "base/attributes.h"
#include "unwind/arch/arch.h"
#include "unwind/unwind_memory.h"

#define LOWEST ((uintptr_t)4096) /* no code is below */

/* Instructions are four bytes, aligned; read as two halves of one tested word each. */
VT__READS_FOREIGN static bool read_instruction(uintptr_t at, uint32_t *out)
{
	if (at < LOWEST || at % sizeof(*out) || !vt__memory_readable(at & ~(uintptr_t)7))
		return false;
	*out = *(const uint32_t *)at;
	return true;
}

/* bl; blr; blraa, blrab, blraaz and blrabz, which check a signature first */
bool vt__code_follows_call(uintptr_t ip)
{
	uint32_t code;

	if (!read_instruction(ip - sizeof(code), &code))
		return false;
	return (code & 0xfc000000) == 0x94000000 || (code & 0xfffffc1f) == 0xd63f0000 ||
	       (code & 0xfefff800) == 0xd63f0800;
}

/* mov x8, #139; svc #0 */
bool vt__code_is_sigreturn(uintptr_t ip)
{
	uint32_t number, call;

	return read_instruction(ip, &number) && number == 0xd2801168 &&
	       read_instruction(ip + sizeof(number), &call) && call == 0xd4000001;
}
