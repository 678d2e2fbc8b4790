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

/* What stands before the jump of a stub: adrp x16; ldr x17, [x16, n]; add x16, x16, n; a check of
 * the signature; and bti c or nop. */
static bool is_of_stub(uint32_t code)
{
	return (code & 0x9f00001f) == 0x90000010 || (code & 0xffc003ff) == 0xf9400211 ||
	       (code & 0xffc003ff) == 0x91000210 || code == 0xd503219f || code == 0xd503245f ||
	       code == 0xd503201f;
}

/* The stub that all others of a library go to pushes x16 and x30, three before its jump. */
int vt__code_stub_pushed(uintptr_t ip)
{
	const uint32_t jump = 0xd61f0220 /* br x17 */, push = 0xa9bf7bf0;
	uintptr_t at = ip;
	uint32_t code;

	for (unsigned left = 5; read_instruction(at, &code) && code != jump; at += sizeof(code))
		if (!left-- || !is_of_stub(code))
			return -1;
	if (!read_instruction(at, &code) || code != jump)
		return -1;
	at -= 4 * sizeof(code);
	return at < ip && read_instruction(at, &code) && code == push ? 16 : 0;
}
