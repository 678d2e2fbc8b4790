/*
 * Handles of CUDA's libraries, one case each. A case prints how many handles its libraries still
 * have. tests/cases/library_handles.sh builds it with the libraries (handles_library.c).
 */
#define _GNU_SOURCE
#define __CUDA_API_VERSION_INTERNAL /* every name is the exported one */
#include <cuda.h>
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hazard.h"

int cublasCreate_v2(void **made);
int cublasDestroy_v2(void *handle);
int cufftPlan1d(int *made, int x, int type, int batch);
int cufftPlanMany(int *made, int rank, int *n, int *in, int in_stride, int in_distance, int *out,
		  int out_stride, int out_distance, int type, int batch);
int cufftDestroy(int plan);
int handles_there(void);

typedef int make_function(void **made);
typedef int end_function(void *handle);
typedef int plan_function(int *made, int x, int type, int batch);
typedef int end_plan_function(int plan);

static void begin(void)
{
	CUcontext context;
	CUdeviceptr memory;

	CALL(cuInit(0));
	CALL(cuDevicePrimaryCtxRetain(&context, 0));
	CALL(cuCtxSetCurrent(context));
	CALL(cuMemAlloc_v2(&memory, 2 * MIB));
	CALL(cuMemFree_v2(memory));
}

FRAME static void *make_handle(void)
{
	void *handle = NULL;

	errno = 4711;
	CALL(cublasCreate_v2(&handle));
	MUST(errno == 4711 && handle);
	return handle;
}

FRAME static int make_plan(void)
{
	int plan = -1;

	CALL(cufftPlan1d(&plan, 1024, 0x29, 7));
	MUST(plan >= 0);
	return plan;
}

static int tell(void)
{
	printf("%d\n", handles_there());
	return 0;
}

/* Three are made, one of them is destroyed. */
static int linked(char **arguments)
{
	void *handle;

	(void)arguments;
	begin();
	make_handle();
	handle = make_handle();
	make_handle();
	errno = 4711;
	CALL(cublasDestroy_v2(handle));
	MUST(errno == 4711);
	return tell();
}

/* Before anything of CUDA. */
static int early(char **arguments)
{
	void *handle = make_handle();

	(void)arguments;
	begin();
	CALL(cublasDestroy_v2(handle));
	return tell();
}

static int plans(char **arguments)
{
	int n = 2, in = 3, out = 6, many, first;

	(void)arguments;
	begin();
	first = make_plan();
	make_plan();
	CALL(cufftPlanMany(&many, 1, &n, &in, 4, 5, &out, 7, 8, 9, 10));
	CALL(cufftDestroy(many));
	CALL(cufftDestroy(first));
	MUST(cufftPlan1d(&many, -1, 0x29, 7) == 1);
	return tell();
}

/* The library refuses: nothing was made, nothing ended. */
static int refused(char **arguments)
{
	(void)arguments;
	begin();
	make_handle();
	MUST(cublasDestroy_v2(NULL) == 1);
	MUST(cufftDestroy(4711) == 1);
	return tell();
}

/* Found by dlsym, as by programs that open the library: each version's own. */
static int looked_up(char **arguments)
{
	void *first = dlopen(arguments[0], RTLD_NOW | RTLD_LOCAL);
	void *second = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
	void *handle[3];

	MUST(first && second);
	begin();
	CALL(((make_function *)dlsym(first, "cublasCreate_v2"))(&handle[0]));
	CALL(((make_function *)dlsym(first, "cublasCreate_v2"))(&handle[1]));
	CALL(((make_function *)dlsym(second, "cublasCreate_v2"))(&handle[2]));
	CALL(((end_function *)dlsym(second, "cublasDestroy_v2"))(handle[2]));
	CALL(((end_function *)dlsym(first, "cublasDestroy_v2"))(handle[0]));
	CALL(cublasDestroy_v2(make_handle()));
	MUST(!dlsym(first, "cudnnCreate") && !dlsym(RTLD_DEFAULT, "cudnnCreate") && dlerror());
	MUST(dlsym(RTLD_DEFAULT, "cublasCreate_v2") && dlsym(RTLD_DEFAULT, "cufftDestroy"));
	return tell();
}

/* A library that is linked with another version than the program, opened and closed again. */
static int of_plugin(char **arguments)
{
	for (int round = 0; round < 2; round++) {
		void *plugin = dlopen(arguments[0], RTLD_NOW | RTLD_LOCAL);
		make_function *make = plugin ? dlsym(plugin, "plugin_make") : NULL;
		end_function *end = plugin ? dlsym(plugin, "plugin_end") : NULL;
		void *handle, *kept;

		MUST(make && end);
		if (!round)
			begin();
		CALL(make(&kept));
		CALL(make(&handle));
		CALL(end(handle));
		CALL(cublasDestroy_v2(make_handle()));
		dlclose(plugin);
	}
	return tell();
}

/* A library that is looked up, closed, and opened again at another address: one handle is kept of
 * the three each time. More often than releases are told apart at once. */
static int reopened(char **arguments)
{
	begin();
	for (int round = 0; round < 6; round++) {
		void *library = dlopen(arguments[0], RTLD_NOW | RTLD_LOCAL), *handle;
		make_function *make = library ? dlsym(library, "cublasCreate_v2") : NULL;
		end_function *end = library ? dlsym(library, "cublasDestroy_v2") : NULL;
		Dl_info there;

		MUST(make && end && dladdr(dlsym(library, "handles_there"), &there));
		CALL(make(&handle));
		CALL(make(&handle));
		CALL(end(handle));
		CALL(make(&handle));
		CALL(end(handle));
		dlclose(library);
		MUST(mmap(there.dli_fbase, 4096, PROT_NONE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1,
			  0) == there.dli_fbase);
	}
	return tell();
}

/* Functions of several releases, all looked up before any is called: each makes two handles and
 * ends one. */
static int releases(char **arguments)
{
	void *handle[16];
	make_function *make[16];
	end_function *end[16];
	int count = 0;

	for (; arguments[count]; count++) {
		void *library = dlopen(arguments[count], RTLD_NOW | RTLD_LOCAL);

		MUST(library && count < 16);
		make[count] = dlsym(library, "cublasCreate_v2");
		end[count] = dlsym(library, "cublasDestroy_v2");
		MUST(make[count] && end[count]);
	}
	begin();
	for (int i = 0; i < count; i++) {
		CALL(make[i](&handle[i]));
		CALL(make[i](&handle[i]));
	}
	for (int i = count; i-- > 0;)
		CALL(end[i](handle[i]));
	return tell();
}

/* The same where a child makes them. */
static int in_child(char **arguments)
{
	int status;
	pid_t child;

	for (int i = 0; arguments[i]; i++)
		MUST(dlsym(dlopen(arguments[i], RTLD_NOW | RTLD_LOCAL), "cublasCreate_v2"));
	child = fork();
	if (child == 0)
		exit(releases(arguments));
	MUST(child > 0 && waitpid(child, &status, 0) == child);
	return status;
}

FRAME static int make_plan_of(void *library)
{
	plan_function *make = dlsym(library, "cufftPlan1d");
	int plan = -1;

	MUST(make);
	CALL(make(&plan, 1024, 0x29, 7));
	return plan;
}

/* A linked release that is met after so many others: whose its plan is, is not known. */
static int one_too_many(char **arguments)
{
	begin();
	for (int i = 0; arguments[i]; i++)
		MUST(dlsym(dlopen(arguments[i], RTLD_NOW | RTLD_LOCAL), "cufftPlan1d"));
	CALL(cufftDestroy(make_plan()));
	return tell();
}

/* Both number theirs from 0, and the first one's stays. */
static int plans_of_two(char **arguments)
{
	void *first = dlopen(arguments[0], RTLD_NOW | RTLD_LOCAL);
	void *second = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
	int other;

	MUST(first && second);
	begin();
	MUST(make_plan_of(first) == 0);
	CALL(((plan_function *)dlsym(second, "cufftPlan1d"))(&other, 1024, 0x29, 7));
	MUST(other == 0);
	CALL(((end_plan_function *)dlsym(second, "cufftDestroy"))(other));
	return tell();
}

static void *look_up_and_plan(void *library)
{
	int kept = make_plan_of(library);

	for (int i = 0; i < 50; i++) {
		int plan = make_plan_of(library);

		MUST(plan == kept + i + 1);
		CALL(((end_plan_function *)dlsym(library, "cufftDestroy"))(plan));
	}
	return NULL;
}

/* A thread for each of them, at once; each keeps one plan of 51. */
static int plans_of_threads(char **arguments)
{
	pthread_t thread[16];
	void *library[16];
	int count = 0;

	begin();
	for (; arguments[count] && count < 16; count++)
		MUST((library[count] = dlopen(arguments[count], RTLD_NOW | RTLD_LOCAL)) != NULL);
	for (int i = 0; i < count; i++)
		MUST(!pthread_create(&thread[i], NULL, look_up_and_plan, library[i]));
	for (int i = 0; i < count; i++)
		MUST(!pthread_join(thread[i], NULL));
	return tell();
}

static void *open_and_plan(void *path)
{
	for (int i = 0; i < 20; i++) {
		void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
		int plan = library ? make_plan_of(library) : -1;

		MUST(plan == 0);
		CALL(((end_plan_function *)dlsym(library, "cufftDestroy"))(plan));
		MUST(dlclose(library) == 0);
	}
	return NULL;
}

/* A thread for each, which opens it and closes it again while the others do. */
static int plans_while_others_close(char **arguments)
{
	pthread_t thread[16];
	int count = 0;

	begin();
	for (; arguments[count] && count < 16; count++)
		MUST(!pthread_create(&thread[count], NULL, open_and_plan, arguments[count]));
	for (int i = 0; i < count; i++)
		MUST(!pthread_join(thread[i], NULL));
	return tell();
}

/* The same of a plugin that is linked with one release, and the program with another: the plugin's
 * is ended by the plugin. */
static int plans_of_plugin(char **arguments)
{
	void *plugin = dlopen(arguments[0], RTLD_NOW | RTLD_LOCAL);
	int (*make)(int *made) = plugin ? dlsym(plugin, "plugin_make_plan") : NULL;
	end_plan_function *end = plugin ? dlsym(plugin, "plugin_end_plan") : NULL;
	int plan;

	MUST(make && end);
	begin();
	MUST(make_plan() == 0);
	CALL(make(&plan));
	MUST(plan == 0);
	CALL(end(plan));
	return tell();
}

/* Made by linking and ended by a look-up, and the other way round: it is one release. */
static int plans_by_both(char **arguments)
{
	void *library = dlopen(arguments[0], RTLD_NOW | RTLD_NOLOAD);
	end_plan_function *end = library ? dlsym(library, "cufftDestroy") : NULL;

	MUST(end);
	begin();
	CALL(end(make_plan()));
	CALL(cufftDestroy(make_plan_of(library)));
	make_plan();
	return tell();
}

static void *open_at(const char *path, uintptr_t *start)
{
	void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	Dl_info object;

	MUST(library && dladdr(dlsym(library, "handles_there"), &object));
	*start = (uintptr_t)object.dli_fbase;
	return library;
}

/* The first one's plan stays, which a library made that is unloaded since; where it was, the second
 * is loaded, and ends a plan with the same number. */
static int plans_at_one_place(char **arguments)
{
	uintptr_t before = 0, start;
	void *library;
	int plan, tries = 0;

	begin();
	library = open_at(arguments[0], &start);
	while (start != before && tries++ < 20) { /* until it comes to lie where it was */
		before = start;
		dlclose(library);
		library = open_at(arguments[0], &start);
	}
	MUST(make_plan_of(library) == 0);
	dlclose(library);
	library = open_at(arguments[0], &before);
	MUST(start == before);
	CALL(((plan_function *)dlsym(library, "cufftPlan1d"))(&plan, 1024, 0x29, 7));
	MUST(plan == 0);
	CALL(((end_plan_function *)dlsym(library, "cufftDestroy"))(plan));
	return tell();
}

/* One a request, which are marks; "kept" or not. */
static int server(char **arguments)
{
	void (*mark)(const char *) = dlsym(RTLD_DEFAULT, "vramtrack_preload_mark");

	begin();
	for (int i = 0; i < 12; i++) {
		void *handle = make_handle();

		if (!arguments[0])
			CALL(cublasDestroy_v2(handle));
		if (mark)
			mark("request");
	}
	return tell();
}

static const struct hazard_case cases[] = {
	{"linked", linked},
	{"early", early},
	{"plans", plans},
	{"refused", refused},
	{"looked_up", looked_up},
	{"of_plugin", of_plugin},
	{"server", server},
	{"reopened", reopened},
	{"releases", releases},
	{"in_child", in_child},
	{"one_too_many", one_too_many},
	{"plans_of_two", plans_of_two},
	{"plans_of_threads", plans_of_threads},
	{"plans_of_plugin", plans_of_plugin},
	{"plans_while_others_close", plans_while_others_close},
	{"plans_by_both", plans_by_both},
	{"plans_at_one_place", plans_at_one_place},
};

HAZARD_MAIN(cases)
