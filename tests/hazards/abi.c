/*
 * Which function a name stands for: relations between what dlsym and
 * cuGetProcAddress hand out, and their results for odd requests. The output
 * must not depend on who stands in between.
 */
#include "driver_table.h"

static void *handle;
static resolve_v2_fn resolve;

static const struct {
	const char *base;
	int version;
	cuuint64_t flags;
	const char *exported;
} relations[] = {
	{"cuMemAlloc", 2000, 0, "cuMemAlloc"},
	{"cuMemAlloc", 3020, 0, "cuMemAlloc_v2"},
	{"cuMemAlloc", 13000, 0, "cuMemAlloc_v2"},
	{"cuMemAlloc", 13000, 2, "cuMemAlloc_v2"},
	{"cuMemFree", 2000, 0, "cuMemFree"},
	{"cuMemFree", 12000, 0, "cuMemFree_v2"},
	{"cuMemAllocAsync", 11020, 0, "cuMemAllocAsync"},
	{"cuMemAllocAsync", 11020, 1, "cuMemAllocAsync"},
	{"cuMemAllocAsync", 11020, 2, "cuMemAllocAsync_ptsz"},
	{"cuMemFreeAsync", 11020, 2, "cuMemFreeAsync_ptsz"},
	{"cuCtxCreate", 2000, 0, "cuCtxCreate"},
	{"cuCtxCreate", 3020, 0, "cuCtxCreate_v2"},
	{"cuCtxCreate", 11040, 0, "cuCtxCreate_v3"},
	{"cuCtxCreate", 12050, 0, "cuCtxCreate_v4"},
	{"cuArray3DCreate", 2000, 0, "cuArray3DCreate"},
	{"cuArray3DCreate", 13000, 0, "cuArray3DCreate_v2"},
	{"cuDevicePrimaryCtxReset", 13000, 0, "cuDevicePrimaryCtxReset_v2"},
	{"cuDevicePrimaryCtxReset", 7000, 0, "cuDevicePrimaryCtxReset"},
	{"cuGetProcAddress", 11030, 0, "cuGetProcAddress"},
	{"cuGetProcAddress", 12000, 0, "cuGetProcAddress_v2"},
};

static const struct {
	const char *name;
	int version;
	cuuint64_t flags;
} requests[] = {
	{"", 13000, 0},
	{"cuNoSuchFunction", 13000, 0},
	{"cuMemAllocAsync", 2000, 0}, /* older than the function */
	{"cuMemAlloc", 99000, 0},     /* newer than the driver */
	{"cuMemAlloc", 13000, 64},    /* no such flag */
	{"cuMemAlloc_v2", 13000, 0},  /* an exported name, not a base name */
};

static void print_relations(void)
{
	for (size_t i = 0; i < sizeof(relations) / sizeof(relations[0]); i++) {
		void *resolved = NULL;
		CUresult result = resolve(relations[i].base, &resolved, relations[i].version,
					  relations[i].flags, NULL);
		void *exported = dlsym(handle, relations[i].exported);

		printf("%s %d flags %d: result %d, %s, %s %s\n", relations[i].base,
		       relations[i].version, (int)relations[i].flags, (int)result,
		       resolved == NULL ? "NULL" : "found", resolved == exported ? "is" : "is not",
		       relations[i].exported);
	}
}

static void print_requests(void)
{
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		char kept;
		void *out = &kept;
		CUdriverProcAddressQueryResult status = (CUdriverProcAddressQueryResult)77;
		CUresult result = resolve(requests[i].name, &out, requests[i].version,
					  requests[i].flags, &status);

		printf("\"%s\" %d flags %d: result %d, status %d, pointer %s\n", requests[i].name,
		       requests[i].version, (int)requests[i].flags, (int)result, (int)status,
		       out == NULL            ? "NULL"
		       : out == (void *)&kept ? "untouched"
					      : "set");
	}
	printf("no place for the pointer: %d\n", (int)resolve("cuMemAlloc", NULL, 13000, 0, NULL));
}

/* The 32-bit ABI writes 4 bytes: what lies behind must stay. */
static void print_old_allocation(void)
{
	CUresult (*allocate)(unsigned int *, unsigned int);
	unsigned int words[2] = {0, 0x5a5a5a5a};

	*(void **)&allocate = dlsym(handle, "cuMemAlloc");
	if (allocate == NULL) {
		puts("no cuMemAlloc of the 32-bit ABI");
		return;
	}
	printf("32-bit cuMemAlloc: %d", (int)allocate(&words[0], 4096));
	printf(", next word %#x\n", words[1]);
}

int main(void)
{
	handle = driver_open(RTLD_LOCAL);
	*(void **)&resolve = driver_symbol(handle, "cuGetProcAddress_v2");
	print_relations();
	print_requests();
	print_old_allocation();
	return 0;
}
