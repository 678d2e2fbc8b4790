/*
 * Stacks that are easily cut short: of coroutines between pages that cannot be
 * read, through code without call frame information, and taken while another
 * thread holds the loader's locks.
 */
#include <cuda.h>
#include <cuda_runtime_api.h>
#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "hazard.h"

#define COROUTINES 4
#define STACK_BYTES (256 * KIB)
#define PAGE_BYTES ((size_t)4096)

static FRAME void allocate(size_t bytes)
{
	void *buffer;

	CALL(cudaMalloc(&buffer, bytes));
}

/* ---- Coroutines ----------------------------------------------------------------- */

static ucontext_t thread_context, coroutines[COROUTINES];

static FRAME void load_weights(void)
{
	allocate(1 * MIB);
}
static FRAME void load_cache(void)
{
	allocate(2 * MIB);
}
static FRAME void load_table(void)
{
	allocate(3 * MIB);
}
static FRAME void load_scratch(void)
{
	allocate(4 * MIB);
}

/* Stacks side by side, with a page between them that cannot be read; from the
 * last to the first, and the thread's own between them. */
static void *run_coroutines(void *unused)
{
	void (*const work[COROUTINES])(void) = {load_weights, load_cache, load_table, load_scratch};
	char *memory = mmap(NULL, COROUTINES * STACK_BYTES, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	void *own;

	MUST(memory != MAP_FAILED);
	for (int i = COROUTINES - 1; i >= 0; i--) {
		char *stack = memory + (size_t)i * STACK_BYTES;

		MUST(mprotect(stack, PAGE_BYTES, PROT_NONE) == 0);
		MUST(getcontext(&coroutines[i]) == 0);
		coroutines[i].uc_stack.ss_sp = stack;
		coroutines[i].uc_stack.ss_size = STACK_BYTES;
		coroutines[i].uc_link = &thread_context;
		makecontext(&coroutines[i], work[i], 0);
		CALL(cudaMalloc(&own, 64));
		CALL(cudaFree(own));
		MUST(swapcontext(&thread_context, &coroutines[i]) == 0);
	}
	return unused;
}

static int guarded(char **arguments)
{
	pthread_t thread;
	void *first;

	(void)arguments;
	CALL(cudaMalloc(&first, 64));
	CALL(cudaFree(first));
	MUST(pthread_create(&thread, NULL, run_coroutines, NULL) == 0);
	MUST(pthread_join(thread, NULL) == 0);
	return 0;
}

/* ---- Code without call frame information ------------------------------------------ */

#if defined(__x86_64__)
/* Calls what rdi points at; its caller's frame pointer is replaced by rsi. */
__asm__(".text\n"
	".type call_untabled, @function\n"
	"call_untabled:\n"
	"	pushq %rbp\n"
	"	movq %rsi, %rbp\n"
	"	call *%rdi\n"
	"	popq %rbp\n"
	"	ret\n"
	".size call_untabled, . - call_untabled\n");
void call_untabled(void (*function)(void), uintptr_t frame_pointer);

static FRAME void behind(void)
{
	allocate(1 * MIB);
}
static FRAME void first_caller(void)
{
	call_untabled(behind, 8);
	__asm__ volatile("");
}
static FRAME void second_caller(void)
{
	call_untabled(behind, 8);
	__asm__ volatile("");
}

static int untabled(char **arguments)
{
	(void)arguments;
	first_caller();
	second_caller();
	return 0;
}
#else
static int untabled(char **arguments)
{
	(void)arguments;
	return 0;
}
#endif

/* ---- The loader's locks ----------------------------------------------------------- */

static void *allocate_in_thread(void *bytes)
{
	allocate(*(size_t *)bytes);
	return NULL;
}

static bool is_first;
static void *call_driver_first(void *unused);

static FRAME void wait_for_thread(size_t bytes)
{
	pthread_t thread;

	MUST(pthread_create(&thread, NULL, is_first ? call_driver_first : allocate_in_thread,
			    &bytes) == 0);
	MUST(pthread_join(thread, NULL) == 0);
}

static int in_callback(struct dl_phdr_info *info, size_t size, void *closure)
{
	(void)info;
	(void)size;
	(void)closure;
	wait_for_thread(1 * MIB);
	return 1;
}

/* Loaded by the library's constructor: see stacks_plugin.c. */
void stacks_in_constructor(void);
__attribute__((visibility("default"))) void stacks_in_constructor(void)
{
	wait_for_thread(2 * MIB);
}

/* The stacks of both are new, and so is a library. */
static int locked(char **arguments)
{
	void *first, *library;

	alarm(20);
	CALL(cudaMalloc(&first, 64));
	CALL(cudaFree(first));
	MUST(dl_iterate_phdr(in_callback, NULL) == 1);
	library = dlopen(arguments[0], RTLD_NOW);
	MUST(library != NULL);
	MUST(dlclose(library) == 0);
	MUST(dl_iterate_phdr(in_callback, NULL) == 1);
	return 0;
}

static CUcontext context;

static void *call_driver_first(void *unused)
{
	CUdeviceptr buffer;

	CALL(cuInit(0));
	CALL(cuDevicePrimaryCtxRetain(&context, 0));
	CALL(cuCtxSetCurrent(context));
	CALL(cuMemAlloc(&buffer, 1 * MIB));
	return unused;
}

/* The process's first driver calls, made while a constructor waits for them. */
static int locked_first(char **arguments)
{
	void *library;

	alarm(20);
	is_first = true;
	library = dlopen(arguments[0], RTLD_NOW);
	MUST(library != NULL);
	MUST(dlclose(library) == 0);
	return 0;
}

static const struct hazard_case cases[] = {
	{"guarded", guarded},
	{"untabled", untabled},
	{"locked", locked},
	{"locked_first", locked_first},
};

int main(int argc, char **argv)
{
	return hazard_main(cases, sizeof(cases) / sizeof(*cases), argc, argv);
}
