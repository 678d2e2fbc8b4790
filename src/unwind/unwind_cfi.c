/*
 * Interprets call frame instructions (DWARF 5, section 6.4.2) up to one
 * program counter and packs what a walk needs of the row into a rule.
 */
#include "config.h"

#include "unwind/arch/arch.h"
#include "unwind/arch/pack.h"
#include "unwind/unwind_cfi.h"
#include "unwind/unwind_expression.h"
#include "unwind/unwind_rules.h"

#define SAVED_ROWS 16

enum instruction {
	ADVANCE_LOC = 0x40, /* the low six bits are an operand */
	OFFSET = 0x80,
	RESTORE = 0xc0,
	WITH_OPERAND = 0xc0,
	NOP = 0x00,
	SET_LOC = 0x01,
	ADVANCE_LOC1 = 0x02,
	ADVANCE_LOC2 = 0x03,
	ADVANCE_LOC4 = 0x04,
	OFFSET_EXTENDED = 0x05,
	RESTORE_EXTENDED = 0x06,
	UNDEFINED = 0x07,
	SAME_VALUE = 0x08,
	REGISTER = 0x09,
	REMEMBER_STATE = 0x0a,
	RESTORE_STATE = 0x0b,
	DEF_CFA = 0x0c,
	DEF_CFA_REGISTER = 0x0d,
	DEF_CFA_OFFSET = 0x0e,
	DEF_CFA_EXPRESSION = 0x0f,
	EXPRESSION = 0x10,
	OFFSET_EXTENDED_SF = 0x11,
	DEF_CFA_SF = 0x12,
	DEF_CFA_OFFSET_SF = 0x13,
	VAL_OFFSET = 0x14,
	VAL_OFFSET_SF = 0x15,
	VAL_EXPRESSION = 0x16,
	GNU_ARGS_SIZE = 0x2e,
};

enum operation {
	OP_DEREF = 0x06,
	OP_PLUS_UCONST = 0x23,
	OP_BREG0 = 0x70,
};

enum place {
	SAME,
	AT_CFA,
	AT_FP,
	LOST,
	ELSEWHERE,
};

struct location {
	enum place place;
	int64_t offset;
};

/* One row of the table that the instructions stand for, less the registers
 * that no rule needs. */
struct row {
	bool has_cfa;
	uint64_t base; /* register number */
	int64_t offset;
	bool is_at;  /* the CFA is the word at base + offset, plus `add` */
	bool is_odd; /* the CFA is something else */
	int64_t add;
	struct location bp;
	struct location ip; /* SAME means: in the link register */
	struct location sp; /* SAME means: the CFA, as is usual */
};

struct machine {
	const struct vt__fde *fde;
	uintptr_t ip;
	bool is_exact;      /* a signal interrupted here: every register is known as it was */
	uintptr_t location; /* the row holds from here on */
	struct row row;
	struct row initial;
	struct row saved[SAVED_ROWS];
	unsigned saved_count;
	bool failed;
	bool is_plain; /* so far, as vt__fde.is_plain */
};

static void set(struct machine *machine, uint64_t number, enum place place, int64_t offset)
{
	struct location location = {place, offset};

	if (number == VT__ARCH_FP)
		machine->row.bp = location;
	else if (number == machine->fde->return_register)
		machine->row.ip = location;
	else if (number == VT__ARCH_SP)
		machine->row.sp = location;
}

static void restore(struct machine *machine, uint64_t number)
{
	if (number == VT__ARCH_FP)
		machine->row.bp = machine->initial.bp;
	else if (number == machine->fde->return_register)
		machine->row.ip = machine->initial.ip;
	else if (number == VT__ARCH_SP)
		machine->row.sp = machine->initial.sp;
}

static void define_cfa(struct machine *machine, uint64_t base, int64_t offset)
{
	machine->row.has_cfa = true;
	machine->row.base = base;
	machine->row.offset = offset;
	machine->row.is_at = false;
	machine->row.is_odd = false;
}

/* The expression of a PLT entry that binds lazily, whose CFA depends on how
 * far it got in its 16 bytes: rsp + 8 + ((rip & 15) >= N) * 8. Whether the
 * bytes are that, with N out. */
static bool is_plt(struct vt__bytes bytes, unsigned *out)
{
	static const uint8_t before[] = {0x77, 8, 0x80, 0, 0x3f, 0x1a};
	static const uint8_t after[] = {0x2a, 0x33, 0x24, 0x22};
	const uint8_t *number = bytes.at + sizeof(before);

	if (vt__bytes_left(&bytes) != sizeof(before) + 1 + sizeof(after))
		return false;
	if (memcmp(bytes.at, before, sizeof(before)) || memcmp(number + 1, after, sizeof(after)))
		return false;
	if (*number < 0x30 || *number > 0x4f)
		return false;
	*out = *number - 0x30u;
	return true;
}

/* Besides the PLT's: the word at a register and an offset, maybe with a number
 * added. Compilers use it in functions that align their stack. */
static void define_cfa_expression(struct machine *machine, struct vt__bytes bytes)
{
	struct row *row = &machine->row;
	uint8_t operation;
	unsigned limit;

	if (VT__ARCH_HAS_PLT_RULE && is_plt(bytes, &limit)) {
		define_cfa(machine, VT__ARCH_SP, (machine->ip & 15) >= limit ? 16 : 8);
		return;
	}
	row->has_cfa = true;
	machine->is_plain &= vt__expression_is_plain(bytes, true);
	operation = vt__bytes_u8(&bytes);
	row->base = (uint64_t)operation - OP_BREG0;
	row->offset = vt__bytes_sleb(&bytes);
	row->is_at = vt__bytes_u8(&bytes) == OP_DEREF;
	row->add = 0;
	if (vt__bytes_left(&bytes) && vt__bytes_u8(&bytes) == OP_PLUS_UCONST)
		row->add = (int64_t)vt__bytes_uleb(&bytes);
	row->is_odd = !row->is_at || bytes.bad || vt__bytes_left(&bytes);
}

/* A register saved at an offset from the frame pointer: again in functions that align. */
static void set_expression(struct machine *machine, uint64_t number, struct vt__bytes bytes)
{
	bool is_plain = vt__expression_is_plain(bytes, false);
	uint8_t operation = vt__bytes_u8(&bytes);
	int64_t offset = vt__bytes_sleb(&bytes);

	machine->is_plain &= is_plain;
	if (bytes.bad || vt__bytes_left(&bytes) || operation != OP_BREG0 + VT__ARCH_FP)
		set(machine, number, ELSEWHERE, 0);
	else
		set(machine, number, AT_FP, offset);
}

static void remember(struct machine *machine)
{
	if (machine->saved_count == SAVED_ROWS)
		machine->failed = true;
	else
		machine->saved[machine->saved_count++] = machine->row;
}

static void recall(struct machine *machine)
{
	if (machine->saved_count == 0)
		machine->failed = true;
	else
		machine->row = machine->saved[--machine->saved_count];
}

/* Numbers from a damaged table may overflow: they wrap, and the rule that
 * comes of them fails the checks of the walk. */
static int64_t times(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a * (uint64_t)b);
}

/* Instructions about the CFA. False if `code` is none. */
static bool run_cfa(struct machine *machine, struct vt__bytes *bytes, uint8_t code)
{
	const struct vt__fde *fde = machine->fde;
	uint64_t base;

	switch (code) {
	case DEF_CFA:
		base = vt__bytes_uleb(bytes);
		define_cfa(machine, base, (int64_t)vt__bytes_uleb(bytes));
		return true;
	case DEF_CFA_SF:
		base = vt__bytes_uleb(bytes);
		define_cfa(machine, base, times(vt__bytes_sleb(bytes), fde->data_align));
		return true;
	case DEF_CFA_REGISTER:
		machine->row.base = vt__bytes_uleb(bytes);
		machine->failed |= !machine->row.has_cfa;
		return true;
	case DEF_CFA_OFFSET:
		machine->row.offset = (int64_t)vt__bytes_uleb(bytes);
		return true;
	case DEF_CFA_OFFSET_SF:
		machine->row.offset = times(vt__bytes_sleb(bytes), fde->data_align);
		return true;
	case DEF_CFA_EXPRESSION:
		define_cfa_expression(machine, vt__bytes_part(bytes, vt__bytes_uleb(bytes)));
		return true;
	default:
		return false;
	}
}

/* Instructions about where a register is. False if `code` is none. */
static bool run_register(struct machine *machine, struct vt__bytes *bytes, uint8_t code)
{
	int64_t align = machine->fde->data_align;
	uint64_t number = vt__bytes_uleb(bytes);

	switch (code) {
	case OFFSET_EXTENDED:
		set(machine, number, AT_CFA, times((int64_t)vt__bytes_uleb(bytes), align));
		return true;
	case OFFSET_EXTENDED_SF:
		set(machine, number, AT_CFA, times(vt__bytes_sleb(bytes), align));
		return true;
	case RESTORE_EXTENDED:
		restore(machine, number);
		return true;
	case UNDEFINED:
		set(machine, number, LOST, 0);
		return true;
	case SAME_VALUE:
		set(machine, number, SAME, 0);
		return true;
	case EXPRESSION:
		set_expression(machine, number, vt__bytes_part(bytes, vt__bytes_uleb(bytes)));
		return true;
	case VAL_EXPRESSION:
		machine->is_plain &= vt__expression_is_plain(
			vt__bytes_part(bytes, vt__bytes_uleb(bytes)), false);
		set(machine, number, ELSEWHERE, 0);
		return true;
	case REGISTER:
	case VAL_OFFSET:
	case VAL_OFFSET_SF: /* signed or not, the operand is skipped */
		vt__bytes_uleb(bytes);
		set(machine, number, ELSEWHERE, 0);
		return true;
	default:
		return false;
	}
}

static void run_extended(struct machine *machine, struct vt__bytes *bytes, uint8_t code)
{
	uint64_t align = machine->fde->code_align;

	switch (code) {
	case NOP:
		break;
	case SET_LOC:
		machine->location = vt__bytes_pointer(bytes, machine->fde->encoding, 0);
		break;
	case ADVANCE_LOC1:
		machine->location += vt__bytes_number(bytes, 1) * align;
		break;
	case ADVANCE_LOC2:
		machine->location += vt__bytes_number(bytes, 2) * align;
		break;
	case ADVANCE_LOC4:
		machine->location += vt__bytes_number(bytes, 4) * align;
		break;
	case REMEMBER_STATE:
		remember(machine);
		break;
	case RESTORE_STATE:
		recall(machine);
		break;
	case GNU_ARGS_SIZE:
		vt__bytes_uleb(bytes);
		break;
	default:
		if (vt__arch_cfi_passes(code))
			break;
		if (!run_cfa(machine, bytes, code) && !run_register(machine, bytes, code))
			machine->failed = true;
	}
}

/* Runs the instructions while they are about `pc` or before it. */
static void run(struct machine *machine, struct vt__bytes bytes, uintptr_t pc)
{
	while (vt__bytes_left(&bytes) && !machine->failed) {
		uint8_t code = vt__bytes_u8(&bytes);
		uint8_t operand = code & 0x3f;

		switch (code & WITH_OPERAND) {
		case ADVANCE_LOC:
			machine->location += operand * machine->fde->code_align;
			break;
		case OFFSET:
			set(machine, operand, AT_CFA,
			    times((int64_t)vt__bytes_uleb(&bytes), machine->fde->data_align));
			break;
		case RESTORE:
			restore(machine, operand);
			break;
		default:
			run_extended(machine, &bytes, code);
		}
		if (machine->location > pc)
			return;
	}
	machine->failed |= bytes.bad;
}

static uint64_t pack(const struct row *row)
{
	static const enum vt__rule_saved saved[] = {
		[SAME] = VT__RULE_SAME,
		[AT_CFA] = VT__RULE_SAVED,
		[AT_FP] = VT__RULE_SAVED_BY_FP,
		[LOST] = VT__RULE_LOST,
	};
	enum vt__rule_base base = row->base == VT__ARCH_FP ? VT__RULE_FP : VT__RULE_SP;
	struct vt__arch_frame frame;
	uint64_t rule;

	if (row->ip.place == LOST)
		return VT__RULE_END;
	if (!row->has_cfa || (row->ip.place == SAME && !VT__ARCH_HAS_LINK) ||
	    (!row->is_odd && !row->is_at && row->base > VT__ARCH_LAST_REGISTER))
		return VT__RULE_BAD;
	if (row->is_odd || (row->base != VT__ARCH_FP && row->base != VT__ARCH_SP) ||
	    row->sp.place != SAME)
		return VT__RULE_COMPLEX;
	if ((row->ip.place != AT_CFA && row->ip.place != SAME) || row->bp.place == ELSEWHERE)
		return VT__RULE_COMPLEX;
	if (row->is_at)
		base |= VT__RULE_AT;
	frame = (struct vt__arch_frame){
		.base = base,
		.offset = row->offset,
		.add = row->is_at ? row->add : 0,
		.is_linked = row->ip.place == SAME,
		.ip_offset = row->ip.offset,
		.saved = saved[row->bp.place],
		.bp_offset = row->bp.offset,
	};
	return vt__arch_pack(&frame, &rule) ? rule : VT__RULE_COMPLEX;
}

/* A CFA by a register that was lost in calls, as setcontext() has it: what libunwind takes for the
 * register may be anything, and it reads there. */
static bool is_by_lost_register(const struct machine *machine)
{
	const struct row *row = &machine->row;

	return !row->is_odd && !vt__arch_keeps(row->base) && !machine->is_exact;
}

/* What libunwind may be given: all of it plain and, unless a rule with its checks comes
 * of it, no word that only the table says is there. The word of a signal frame is in the
 * kernel's frame: vt__expression_is_plain() saw to that. */
static uint64_t decide(const struct machine *machine)
{
	bool is_plain = machine->is_plain && machine->fde->is_plain;
	bool is_signal = machine->fde->signal_frame;
	uint64_t rule = machine->failed ? VT__RULE_BAD : pack(&machine->row);

	if (is_signal && rule != VT__RULE_BAD)
		rule = VT__RULE_COMPLEX | (machine->row.is_at ? VT__RULE_AT : 0);
	if ((rule & VT__RULE_KIND) == VT__RULE_COMPLEX &&
	    (!is_plain || is_by_lost_register(machine) ||
	     (machine->row.is_at && (!is_signal || machine->row.base != VT__ARCH_SP))))
		rule = VT__RULE_BAD;
	return is_plain && rule != VT__RULE_BAD ? rule | VT__RULE_PLAIN : rule;
}

uint64_t vt__cfi_rule(const struct vt__fde *fde, uintptr_t pc, uintptr_t ip)
{
	struct machine machine = {
		.fde = fde,
		.ip = ip,
		.is_exact = pc == ip,
		.location = fde->code,
		.is_plain = true,
	};

	if (fde->return_register != VT__ARCH_RA)
		return VT__RULE_BAD;
	run(&machine, fde->initial, UINTPTR_MAX);
	machine.initial = machine.row;
	machine.location = fde->code;
	run(&machine, fde->program, pc);
	return decide(&machine);
}
