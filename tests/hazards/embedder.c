/*
 * A program that allocates, and only then opens a Python of its own, where nobody else sees its
 * symbols, and has a script allocate in it: embedder LIBPYTHON SCRIPT. Then it ends the
 * interpreter.
 */
#include <cuda.h>
#include <dlfcn.h>

#include "hazard.h"

typedef struct object PyObject;

struct method {
	const char *name;
	PyObject *(*function)(PyObject *self, PyObject *arguments);
	int flags;
	const char *doc;
};

static void *library;
static PyObject *(*make_number)(long number);

static void *entry(const char *name)
{
	void *symbol = dlsym(library, name);

	MUST(symbol != NULL);
	return symbol;
}

static PyObject *allocate(PyObject *self, PyObject *arguments)
{
	CUdeviceptr address;

	(void)self;
	(void)arguments;
	CALL(cuMemAlloc(&address, 4096));
	return make_number(0);
}

int main(int argc, char **argv)
{
	static struct method method = {"allocate", allocate, 4 /* METH_NOARGS */, NULL};
	PyObject *(*make_function)(struct method *, PyObject *, PyObject *);
	int (*set)(PyObject *, const char *, PyObject *), (*run)(const char *), (*end)(void);
	PyObject *(*add_module)(const char *);
	void (*begin)(void);
	CUcontext context;
	CUdeviceptr address;

	MUST(argc == 3);
	CALL(cuInit(0));
	CALL(cuDevicePrimaryCtxRetain(&context, 0));
	CALL(cuCtxSetCurrent(context));
	CALL(cuMemAlloc(&address, 512));
	library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
	MUST(library != NULL);
	*(void **)&begin = entry("Py_Initialize");
	*(void **)&end = entry("Py_FinalizeEx");
	*(void **)&run = entry("PyRun_SimpleString");
	*(void **)&set = entry("PyObject_SetAttrString");
	*(void **)&add_module = entry("PyImport_AddModule");
	*(void **)&make_function = entry("PyCFunction_NewEx");
	*(void **)&make_number = entry("PyLong_FromLong");
	begin();
	MUST(set(add_module("__main__"), "allocate", make_function(&method, NULL, NULL)) == 0);
	MUST(run(argv[2]) == 0);
	MUST(end() == 0);
	CALL(cuMemAlloc(&address, 512));
	return 0;
}
