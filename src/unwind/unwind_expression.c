/*
 * Tells plain expressions of call frame information from those that could read
 * anywhere, loop or divide by 0.
 */
#include "config.h"

#include "unwind/arch/arch.h"
#include "unwind/unwind_expression.h"

/* The operations that only compute, by their numbers: what follows them in the bytes,
 * and how they change the height of the stack. */
enum operand {
	NOTHING,
	ONE_BYTE,
	TWO_BYTES,
	FOUR_BYTES,
	EIGHT_BYTES,
	LEB
};

static const struct operation {
	uint8_t first;
	uint8_t last;
	uint8_t operand;
	uint8_t takes;
} operations[] = {
	{0x08, 0x09, ONE_BYTE, 0},                     /* const1u, const1s */
	{0x0a, 0x0b, TWO_BYTES, 0},                    /* const2u, const2s */
	{0x0c, 0x0d, FOUR_BYTES, 0},                   /* const4u, const4s */
	{0x0e, 0x0f, EIGHT_BYTES, 0},                  /* const8u, const8s */
	{0x10, 0x11, LEB, 0},                          /* constu, consts */
	{0x1a, 0x1a, NOTHING, 2},                      /* and */
	{0x1c, 0x1c, NOTHING, 2},                      /* minus */
	{0x1e, 0x1e, NOTHING, 2},                      /* mul */
	{0x21, 0x22, NOTHING, 2},                      /* or, plus */
	{0x23, 0x23, LEB, 1},                          /* plus_uconst */
	{0x24, 0x25, NOTHING, 2},                      /* shl, shr */
	{0x27, 0x27, NOTHING, 2},                      /* xor */
	{0x29, 0x2e, NOTHING, 2},                      /* comparisons */
	{0x30, 0x4f, NOTHING, 0},                      /* lit0 to lit31 */
	{0x70, 0x70 + VT__ARCH_LAST_REGISTER, LEB, 0}, /* breg0 and so on */
};

#define OP_DEREF 0x06
#define OP_BREG_FP (0x70 + VT__ARCH_FP)
#define OP_BREG_SP (0x70 + VT__ARCH_SP)
#define HEIGHT_MOST 16u

static const struct operation *find_operation(uint8_t code)
{
	for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
		if (code >= operations[i].first && code <= operations[i].last)
			return &operations[i];
	return NULL;
}

static void pass_operand(struct vt__bytes *bytes, enum operand operand)
{
	if (operand == LEB)
		vt__bytes_uleb(bytes);
	else if (operand != NOTHING)
		vt__bytes_skip(bytes, (uint64_t)1 << (operand - ONE_BYTE));
}

/* Passes the word that a CFA's expression may begin with. False if it is another one. */
static bool pass_word(struct vt__bytes *bytes)
{
	struct vt__bytes ahead = *bytes;
	uint8_t code = vt__bytes_u8(&ahead);
	int64_t offset = vt__bytes_sleb(&ahead);

	if ((code != OP_BREG_SP && code != OP_BREG_FP) || vt__bytes_u8(&ahead) != OP_DEREF)
		return true; /* it begins with no word: the operations are looked at */
	*bytes = ahead;
	return code == OP_BREG_FP ||
	       (offset >= 0 && offset <= VT__SIGNAL_FRAME_BYTES - (int64_t)sizeof(uintptr_t));
}

bool vt__expression_is_plain(struct vt__bytes bytes, bool of_cfa)
{
	const uint8_t *start = bytes.at;
	unsigned height = 0;

	if (of_cfa && !pass_word(&bytes))
		return false;
	height = bytes.at != start;
	while (vt__bytes_left(&bytes)) {
		const struct operation *operation = find_operation(vt__bytes_u8(&bytes));

		if (!operation || height < operation->takes)
			return false;
		height = height - operation->takes + 1;
		pass_operand(&bytes, operation->operand);
		if (height > HEIGHT_MOST)
			return false;
	}
	return !bytes.bad && height > 0;
}
