/*
 * How much stack a call needs, and calls on the smallest stacks that there are.
 *
 * `bytes PATH` runs one call on a painted stack and prints how deep the paint is gone;
 * `fits PLACE` makes the first calls of the process on a stack of so little room, with
 * a page behind it that cannot be touched. Linked with the driver alone, and bound at
 * its start: what binding a function needs is the program's own.
 */
#include <cuda.h>
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include "hazard.h"

enum {
	ROOM = 1024 * 1024,
	PAINT = 0xa5,
	MANY = 100000
};

static CUdeviceptr kept;
static ucontext_t home, elsewhere;
static void (**hooked)(void);

/* ---- The calls ------------------------------------------------------------------------- */

static FRAME void allocates(void)
{
	CALL(cuMemAlloc(&kept, 512));
}

/* With purpose and label, where there is a shim. */
static void allocates_labelled(void)
{
	void (*set_scope)(const char *, const char *);

	*(void **)&set_scope = dlsym(RTLD_DEFAULT, "vramtrack_preload_set_scope");
	if (set_scope)
		set_scope("purpose", "label");
	allocates();
	if (set_scope)
		set_scope("another purpose", "another label");
}

static FRAME void frees(void)
{
	CALL(cuMemFree(kept));
}

static FRAME void frees_wrongly(void)
{
	MUST(cuMemFree(4097) == CUDA_ERROR_INVALID_VALUE);
}

static FRAME void wants_too_much(void)
{
	CUdeviceptr none;

	MUST(cuMemAlloc(&none, (size_t)1 << 40) == CUDA_ERROR_OUT_OF_MEMORY);
}

static FRAME void goes_deep(unsigned depth)
{
	volatile unsigned left = depth;

	if (left)
		goes_deep(left - 1);
	else
		allocates();
	left++;
}

static void deep(void)
{
	goes_deep(100);
}

static FRAME int compares(const void *one, const void *other)
{
	(void)one;
	(void)other;
	allocates();
	return 0;
}

/* Through libc, which no stack came through before. */
static void through_library(void)
{
	int two[2] = {0, 0};

	qsort(two, 2, sizeof(two[0]), compares);
}

/* Its frame is found by a register that the recorder's own rules do not know. */
void oddly(void (*function)(void));
#if defined(__x86_64__)
__asm__(".text\n"
	".globl oddly\n"
	".type oddly, @function\n"
	"oddly:\n"
	"	.cfi_startproc\n"
	"	pushq %rbx\n"
	"	.cfi_def_cfa_offset 16\n"
	"	.cfi_offset %rbx, -16\n"
	"	movq %rsp, %rbx\n"
	"	.cfi_def_cfa_register %rbx\n"
	"	andq $-16, %rsp\n"
	"	call *%rdi\n"
	"	movq %rbx, %rsp\n"
	"	.cfi_def_cfa_register %rsp\n"
	"	popq %rbx\n"
	"	.cfi_def_cfa_offset 8\n"
	"	ret\n"
	"	.cfi_endproc\n"
	".size oddly, .-oddly\n");
#else
__asm__(".text\n"
	".globl oddly\n"
	".type oddly, %function\n"
	"oddly:\n"
	"	.cfi_startproc\n"
	"	stp x19, x30, [sp, #-16]!\n"
	"	.cfi_def_cfa_offset 16\n"
	"	.cfi_offset x19, -16\n"
	"	.cfi_offset x30, -8\n"
	"	mov x19, sp\n"
	"	.cfi_def_cfa_register x19\n"
	"	blr x0\n"
	"	mov sp, x19\n"
	"	.cfi_def_cfa_register sp\n"
	"	ldp x19, x30, [sp], #16\n"
	"	.cfi_restore x19\n"
	"	.cfi_restore x30\n"
	"	.cfi_def_cfa_offset 0\n"
	"	ret\n"
	"	.cfi_endproc\n"
	".size oddly, .-oddly\n");
#endif

static void odd(void)
{
	oddly(allocates);
}

static void many(void)
{
	for (unsigned i = 0; i < MANY; i++)
		allocates();
}

static void nested(void)
{
	MUST(hooked != NULL);
	*hooked = allocates;
	allocates();
}

static void looks_up(void)
{
	void *function = dlsym(RTLD_DEFAULT, "cuMemAllocManaged");

	MUST(function != NULL);
}

static void *library;

static void closes(void)
{
	MUST(dlclose(library) == 0);
}

static void executes(void)
{
	static char none[] = "none";
	char *arguments[] = {none, NULL};

	MUST(execv("/nonexistent/none", arguments) == -1);
}

/* ---- Painted stacks ---------------------------------------------------------------------- */

/* With a page in front that cannot be touched. */
static char *make_stack(size_t bytes)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *start = mmap(NULL, page + bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	MUST(start != MAP_FAILED);
	MUST(mprotect(start + page, bytes, PROT_READ | PROT_WRITE) == 0);
	return start + page;
}

static size_t used_of(const char *stack, size_t room)
{
	size_t left = 0;

	while (left < room && stack[left] == (char)PAINT)
		left++;
	return room - left;
}

static void on_context(char *stack, size_t room, void (*work)(void))
{
	MUST(getcontext(&elsewhere) == 0);
	elsewhere.uc_stack.ss_sp = stack;
	elsewhere.uc_stack.ss_size = room;
	elsewhere.uc_link = &home;
	makecontext(&elsewhere, work, 0);
	MUST(swapcontext(&home, &elsewhere) == 0);
}

static void (*wanted)(void);

static void *in_thread(void *unused)
{
	(void)unused;
	wanted();
	return NULL;
}

static void on_thread(char *stack, size_t room, void (*work)(void))
{
	pthread_attr_t attributes;
	pthread_t thread;

	wanted = work;
	MUST(pthread_attr_init(&attributes) == 0);
	MUST(pthread_attr_setstack(&attributes, stack, room) == 0);
	MUST(pthread_create(&thread, &attributes, in_thread, NULL) == 0);
	MUST(pthread_join(thread, NULL) == 0);
}

static void handle(int number)
{
	(void)number;
	wanted();
}

static void on_signal_stack(char *stack, size_t room, void (*work)(void))
{
	const stack_t alternate = {.ss_sp = stack, .ss_size = room};
	struct sigaction action = {.sa_handler = handle, .sa_flags = SA_ONSTACK};

	wanted = work;
	MUST(sigaltstack(&alternate, NULL) == 0);
	MUST(sigaction(SIGUSR1, &action, NULL) == 0);
	raise(SIGUSR1);
}

/* Its status is the parent's. */
static void in_child(char *stack, size_t room, void (*work)(void))
{
	int status;
	pid_t child = fork();

	MUST(child >= 0);
	if (child == 0) {
		on_context(stack, room, work);
		printf("%zu\n", used_of(stack, room));
		exit(0);
	}
	MUST(waitpid(child, &status, 0) == child);
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 98);
}

static void nothing(void)
{
}

static void open_library(void)
{
	library = dlopen("libm.so.6", RTLD_NOW);
	MUST(library != NULL);
	allocates();
}

static void free_once(void)
{
	allocates();
	frees();
}

typedef void runner(char *stack, size_t room, void (*work)(void));

/* `before`: on the usual stack. `twice`: the second time is looked at. */
static const struct {
	const char *name;
	runner *run;
	void (*before)(void);
	void (*work)(void);
	bool twice;
} paths[] = {
	{"first_allocation", on_context, nothing, allocates, false},
	{"first_free", on_context, nothing, frees, false},
	{"first_bad_free", on_context, nothing, frees_wrongly, false},
	{"first_refusal", on_context, nothing, wants_too_much, false},
	{"first_deep", on_context, nothing, deep, false},
	{"first_odd_frame", on_context, nothing, odd, false},
	{"first_in_thread", on_thread, nothing, allocates, false},
	{"first_in_handler", on_signal_stack, nothing, allocates, false},
	{"first_in_child", in_child, allocates, allocates, false},
	{"same_allocation", on_context, nothing, allocates, true},
	{"same_free", on_context, free_once, free_once, true},
	{"new_stack", on_context, allocates, deep, false},
	{"labelled", on_context, allocates_labelled, deep, false},
	{"new_library", on_context, allocates, through_library, false},
	{"odd_frame", on_context, allocates, odd, false},
	{"bad_free", on_context, allocates, frees_wrongly, false},
	{"same_address_free", on_context, free_once, frees, false},
	{"refusal", on_context, allocates, wants_too_much, false},
	{"growth", on_context, allocates, many, false},
	{"nested", on_context, allocates, nested, false},
	{"new_thread", on_thread, allocates, allocates, false},
	{"handler", on_signal_stack, allocates, allocates, false},
	{"dlsym", on_context, allocates, looks_up, false},
	{"dlclose", on_context, open_library, closes, false},
	{"exec", on_context, allocates, executes, false},
};

/* A driver that is no test's own wants a context; then the first call is one for it. */
static void start(void)
{
	CUcontext context;

	*(void **)&hooked = dlsym(RTLD_DEFAULT, "hooked_callback");
	if (hooked)
		return;
	CALL(cuInit(0));
	CALL(cuDevicePrimaryCtxRetain(&context, 0));
	CALL(cuCtxSetCurrent(context));
}

static int bytes_of(char **arguments)
{
	char *stack = make_stack(ROOM);

	start();
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		if (!arguments[0] || strcmp(paths[i].name, arguments[0]) != 0)
			continue;
		paths[i].before();
		if (paths[i].twice) {
			memset(stack, PAINT, ROOM);
			paths[i].run(stack, ROOM, paths[i].work);
		}
		memset(stack, PAINT, ROOM);
		paths[i].run(stack, ROOM, paths[i].work);
		printf("%zu\n", used_of(stack, ROOM));
		return 0;
	}
	return 98;
}

/* ---- The smallest stacks ------------------------------------------------------------------ */

static void works(void)
{
	allocates();
	frees();
	frees_wrongly();
	allocates();
}

/* The kernel's frame of a handler may be larger than all else (AMX). */
static size_t handler_room(void)
{
	size_t least = getauxval(AT_MINSIGSTKSZ) + 5 * KIB;

	return least > 8 * KIB ? least : 8 * KIB;
}

static int fits(char **arguments)
{
	const char *place = arguments[0] ? arguments[0] : "";
	size_t thread_room = (size_t)sysconf(_SC_THREAD_STACK_MIN);

	start();
	if (strcmp(place, "thread") == 0)
		on_thread(make_stack(thread_room), thread_room, works);
	else if (strcmp(place, "handler") == 0)
		on_signal_stack(make_stack(handler_room()), handler_room(), works);
	else if (strcmp(place, "coroutine") == 0)
		on_context(make_stack(8 * KIB), 8 * KIB, works);
	else
		return 98;
	puts("done");
	return 0;
}

static const struct hazard_case cases[] = {
	{"bytes", bytes_of},
	{"fits", fits},
};

HAZARD_MAIN(cases)
