/*
 * Which frames libunwind, which trusts the tables, is given. The odd tables of loaded code
 * here are harmless for libunwind, too; those that are not are only made in memory.
 */
#include "config.h"

#if defined(__x86_64__)

#include <dlfcn.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "unwind/unwind.h"
#include "unwind/unwind_cfi.h"
#include "unwind/unwind_rules.h"
#include "tests/made_tables.h"

/* ---- What is decided about tables -------------------------------------------- */

#define PROGRAM(...)                                                                               \
	.program = (const uint8_t[]){__VA_ARGS__},                                                 \
	.program_bytes = sizeof((const uint8_t[]){__VA_ARGS__})
#define BY_RBX 0x0d, 3 /* the CFA is rbx + 8 */

enum {
	INDIRECT = VT__POINTER_INDIRECT | VT__POINTER_TO_ITSELF | VT__POINTER_S4
};

static const struct decision {
	const char *name;
	enum vt__rule_kind kind;
	bool is_plain;
	int32_t personality; /* from where its pointer is */
	struct made_entry entry;
} decisions[] = {
	{"nothing odd", VT__RULE_FRAME, true, 0, {.letters = "R", PROGRAM(0)}},
	{"a base of no rule", VT__RULE_COMPLEX, true, 0, {.letters = "R", PROGRAM(BY_RBX)}},
	{"a base that no call keeps", VT__RULE_BAD, false, 0, {.letters = "R", PROGRAM(0x0d, 2)}},
	{"a base of no register", VT__RULE_BAD, false, 0, {.letters = "R", PROGRAM(0x0d, 17)}},
	{"no CFA", VT__RULE_BAD, false, 0, {.letters = "R", .without_cfa = true, PROGRAM(0)}},
	{"an offset without a CFA",
	 VT__RULE_BAD,
	 false,
	 0,
	 {.letters = "R", .without_cfa = true, PROGRAM(0x0d, 7)}},
	{"no such instruction", VT__RULE_BAD, false, 0, {.letters = "R", PROGRAM(0x3f)}},
	{"nothing to restore", VT__RULE_BAD, false, 0, {.letters = "R", PROGRAM(0x0b)}},
	{"longer than its entry", VT__RULE_BAD, false, 0, {.letters = "R", PROGRAM(0x0f, 0x7f)}},
	{"the return address in no place",
	 VT__RULE_BAD,
	 false,
	 0,
	 {.letters = "R", PROGRAM(0x08, 16)}},
	{"a sum", VT__RULE_COMPLEX, true, 0, {.letters = "R", PROGRAM(0x0f, 4, 0x73, 8, 0x23, 8)}},
	{"a word anywhere", VT__RULE_BAD, false, 0, {.letters = "R", PROGRAM(0x0f, 3, 0x73, 8, 6)}},
	{"a division",
	 VT__RULE_BAD,
	 false,
	 0,
	 {.letters = "R", PROGRAM(0x0f, 5, 0x73, 8, 0x30, 0x1b, 0x22)}},
	{"too little on the stack",
	 VT__RULE_BAD,
	 false,
	 0,
	 {.letters = "R", PROGRAM(0x0f, 3, 0x73, 8, 0x22)}},
	{"a loop for rbx",
	 VT__RULE_BAD,
	 false,
	 0,
	 {.letters = "R", PROGRAM(BY_RBX, 0x10, 3, 3, 0x2f, 0xfd, 0xff)}},
	{"a loop where rbx is not needed",
	 VT__RULE_FRAME,
	 false,
	 0,
	 {.letters = "R", PROGRAM(0x10, 3, 3, 0x2f, 0xfd, 0xff)}},
	{"a word in a signal frame",
	 VT__RULE_COMPLEX,
	 true,
	 0,
	 {.letters = "RS", PROGRAM(0x0f, 4, 0x77, 0xa0, 1, 6)}},
	{"a word below a signal frame",
	 VT__RULE_BAD,
	 false,
	 0,
	 {.letters = "RS", PROGRAM(0x0f, 3, 0x77, 0x78, 6)}},
	{"a word by rbp in a signal frame",
	 VT__RULE_BAD,
	 false,
	 0,
	 {.letters = "RS", PROGRAM(0x0f, 3, 0x76, 8, 6)}},
	{"an unknown letter", VT__RULE_BAD, false, 0, {.letters = "RX", PROGRAM(BY_RBX)}},
	{"a personality of the object",
	 VT__RULE_COMPLEX,
	 true,
	 16,
	 {.letters = "PR", .personality = INDIRECT, PROGRAM(BY_RBX)}},
	{"a personality elsewhere",
	 VT__RULE_BAD,
	 false,
	 0x10000,
	 {.letters = "PR", .personality = INDIRECT, PROGRAM(BY_RBX)}},
	{"a personality elsewhere, of a usual frame",
	 VT__RULE_FRAME,
	 false,
	 -0x10000,
	 {.letters = "PR", .personality = INDIRECT, PROGRAM(0)}},
	{"specific data relative to what is not known",
	 VT__RULE_BAD,
	 false,
	 0,
	 {.letters = "LR", .specific = 0x3b, PROGRAM(BY_RBX)}},
};

static void check(const struct decision *decision)
{
	struct made_tables tables;
	struct vt__object object;
	struct vt__fde fde;
	uintptr_t pc;
	uint64_t rule;

	made_tables(&tables, &decision->entry);
	if (decision->personality)
		memcpy(tables.bytes + tables.personality, &decision->personality, 4);
	object = made_tables_object(tables.bytes, tables.size);
	pc = (uintptr_t)tables.bytes + tables.code + 8;
	assert_int_equal(vt__fde_find(&object, pc, &fde), 0);
	assert_int_equal(vt__fde_find(&object, pc + MADE_CODE_BYTES, &fde), -ENOENT);
	assert_int_equal(vt__fde_find(&object, pc, &fde), 0);
	rule = vt__cfi_rule(&fde, pc, pc + 1);
	if ((rule & VT__RULE_KIND) != decision->kind ||
	    !(rule & VT__RULE_PLAIN) != !decision->is_plain)
		fail_msg("%s: rule %#llx", decision->name, (unsigned long long)rule);
}

static void what_is_not_plain_is_not_handed_on(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(decisions) / sizeof(decisions[0]); i++)
		check(&decisions[i]);
}

/* rcx where a signal interrupted is what it was. */
static void registers_are_exact_where_a_signal_interrupted(void **state)
{
	const struct made_entry entry = {.letters = "R", PROGRAM(0x0d, 2)};
	struct made_tables tables;
	struct vt__object object;
	struct vt__fde fde;
	uintptr_t pc;

	(void)state;
	made_tables(&tables, &entry);
	object = made_tables_object(tables.bytes, tables.size);
	pc = (uintptr_t)tables.bytes + tables.code + 8;
	assert_int_equal(vt__fde_find(&object, pc, &fde), 0);
	assert_int_equal(vt__cfi_rule(&fde, pc, pc) & VT__RULE_KIND, VT__RULE_COMPLEX);
	assert_int_equal(vt__cfi_rule(&fde, pc, pc + 1) & VT__RULE_KIND, VT__RULE_BAD);
}

static void damage_is_told_from_nothing(void **state)
{
	struct made_tables tables;
	struct vt__object object, empty;
	struct vt__fde fde;
	uintptr_t pc;

	(void)state;
	made_tables(&tables, &decisions[0].entry);
	object = made_tables_object(tables.bytes, tables.size);
	pc = (uintptr_t)tables.bytes + tables.code + 8;
	empty = object;
	empty.frame_header = 0;
	assert_int_equal(vt__fde_find(&empty, pc, &fde), -ENOENT);
	tables.bytes[0] = 2; /* the version */
	assert_int_equal(vt__fde_find(&object, pc, &fde), -EBADMSG);
	tables.bytes[0] = 1;
	tables.bytes[11] = 1; /* the count */
	assert_int_equal(vt__fde_find(&object, pc, &fde), -EBADMSG);
	tables.bytes[11] = 0;
	tables.bytes[17] = 1; /* where the entry is */
	assert_int_equal(vt__fde_find(&object, pc, &fde), -EBADMSG);
}

/* ---- What is done at frames --------------------------------------------------- */

/* Each calls rdi with rsi. by_rbx: well-formed. by_nonsense: restores a state that
 * was not kept. by_division: whoever divides has to look at what by. by_nothing: a row
 * without a CFA. */
#define CALLER(name, tables)                                                                       \
	".p2align 4\n" name ":\n"                                                                  \
	".cfi_startproc\n"                                                                         \
	"	pushq %rbx\n"                                                                            \
	"	.cfi_def_cfa_offset 16\n"                                                                \
	"	.cfi_offset %rbx, -16\n"                                                                 \
	"	movq %rsp, %rbx\n"                                                                       \
	"	.cfi_def_cfa %rbx, 16\n" tables "	movq %rdi, %rax\n"                               \
	"	movq %rsi, %rdi\n"                                                                       \
	"	call *%rax\n"                                                                            \
	"	nop\n"                                                                                   \
	"	movq %rbx, %rsp\n"                                                                       \
	"	popq %rbx\n"                                                                             \
	"	ret\n"                                                                                   \
	".cfi_endproc\n"

__asm__(".text\n" CALLER("by_rbx", "") CALLER("by_nonsense", "	.cfi_escape 0x0b\n") CALLER(
	"by_division",
	"	.cfi_escape 0x0f,0x05,0x73,0x10,0x31,0x1b,0x96\n") ".p2align 4\n"
								   "by_nothing:\n"
								   ".cfi_startproc simple\n"
								   "	.cfi_offset %rip, -8\n"
								   "	pushq %rbx\n"
								   "	movq %rdi, %rax\n"
								   "	movq %rsi, %rdi\n"
								   "	call *%rax\n"
								   "	nop\n"
								   "	popq %rbx\n"
								   "	ret\n"
								   ".cfi_endproc\n");

typedef void visit(void *closure);
void by_rbx(visit *visit, void *closure);
void by_nonsense(visit *visit, void *closure);
void by_division(visit *visit, void *closure);
void by_nothing(visit *visit, void *closure);

static uintptr_t *watched;
static unsigned *given;

static __attribute__((noinline)) void take(void *closure)
{
	struct vt__unwind_start start = VT__UNWIND_HERE();
	struct vt__stack *stack = closure;
	uintptr_t ips[32];

	*watched = start.ip;
	*given = 0;
	vt__unwind_stack(&start, ips, 32, stack);
}

static void bad_tables_are_not_given_to_libunwind(void **state)
{
	struct vt__stack stack;

	(void)state;
	by_rbx(take, &stack);
	assert_int_equal(*given, 1);
	by_nonsense(take, &stack);
	assert_int_equal(*given, 0);
	assert_int_equal(stack.depth, 1);
	assert_true(stack.is_lost);
	by_division(take, &stack);
	assert_int_equal(*given, 0);
	by_nothing(take, &stack);
	assert_int_equal(*given, 0);
	assert_true(stack.is_lost);
}

static __attribute__((noinline)) void take_by_rbx(void *closure)
{
	by_rbx(take, closure);
	__asm__ volatile("" ::: "memory");
}

static __attribute__((noinline)) void compare(void *closure)
{
	struct vt__unwind_start start = VT__UNWIND_HERE();
	uintptr_t ips[32];
	bool truncated;

	*watched = start.ip;
	*given = 0;
	*(unsigned *)closure = vt__unwind_reference(&start, ips, 32, &truncated);
}

/* verify_stacks compares with libunwind: there neither. */
static void reference_is_guarded(void **state)
{
	struct vt__stack stack;
	unsigned count;

	(void)state;
	by_rbx(compare, &count);
	assert_int_equal(*given, 1);
	assert_int_equal(count, 1);
	by_nonsense(compare, &count);
	assert_int_equal(*given, 0);
	assert_int_equal(count, 0);
	take_by_rbx(&stack);
	assert_int_equal(*given, 1);
}

static int open_counting(void **state)
{
	static char folder[] = "/tmp/unwind_trust.XXXXXX";
	char link[64];
	void *library;
	int result;

	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(link, sizeof(link), "%s/libunwind.so.8", folder);
	result = symlink(UNWIND_MODULES "/unwind_counting.so", link) || vt__unwind_init(folder);
	library = dlopen(link, RTLD_NOW | RTLD_NOLOAD);
	unlink(link);
	rmdir(folder);
	if (result || !library)
		return -1;
	watched = dlsym(library, "unwind_counting_watched");
	given = dlsym(library, "unwind_counting_given");
	return watched && given ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_plain_is_not_handed_on),
		cmocka_unit_test(registers_are_exact_where_a_signal_interrupted),
		cmocka_unit_test(damage_is_told_from_nothing),
		cmocka_unit_test(bad_tables_are_not_given_to_libunwind),
		cmocka_unit_test(reference_is_guarded),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, open_counting, NULL);
}

#else

#include <stdio.h>

int main(void)
{
	puts("1..0 # SKIP the tables in here are those of x86-64");
	return 0;
}

#endif
