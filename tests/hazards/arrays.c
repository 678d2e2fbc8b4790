/*
 * Arrays of many shapes, one case each: what a device takes for them is more than their elements.
 * A case prints what it left taken beside its context, by cuMemGetInfo. With --simulate=model=h200,
 * or on a GPU.
 */
#define __CUDA_API_VERSION_INTERNAL /* every name is the exported one */
#include <cuda.h>

#include "hazard.h"

#define FACES (CUDA_ARRAY3D_LAYERED | CUDA_ARRAY3D_CUBEMAP)

static const struct shape {
	size_t width, height, depth;
	unsigned int flags, levels; /* 0: no mipmapped array */
	int count;
} shapes[] = {
	{1000, 0, 0, 0, 0, 50},
	{700, 700, 0, 0, 0, 3},
	{1000, 1000, 0, CUDA_ARRAY3D_SURFACE_LDST, 0, 2},
	{20000, 3, 0, 0, 0, 10},
	{1, 1, 0, 0, 0, 100},
	{100, 100, 100, CUDA_ARRAY3D_SURFACE_LDST, 0, 2},
	{33, 33, 33, 0, 0, 7},
	{300, 300, 1, 0, 0, 3},
	{300, 300, 5, CUDA_ARRAY3D_LAYERED, 0, 2},
	{100, 100, 12, FACES, 0, 2},
	{1000, 1000, 3, CUDA_ARRAY3D_LAYERED, 7, 1},
	{1024, 1024, 0, 0, 40, 2},
	{100, 100, 100, 0, 7, 1},
};

enum {
	SHAPES = sizeof(shapes) / sizeof(shapes[0]),
	MOST = 256
};

static CUcontext context;
static size_t used_by_context;

static size_t used(void)
{
	size_t free, total;

	CALL(cuMemGetInfo_v2(&free, &total));
	return total - free;
}

static void make_context(void)
{
	CALL(cuInit(0));
	CALL(cuDevicePrimaryCtxRetain(&context, 0));
	CALL(cuCtxSetCurrent(context));
	used_by_context = used();
}

static int tell(void)
{
	printf("%zu\n", used() - used_by_context);
	return 0;
}

static CUDA_ARRAY3D_DESCRIPTOR described(const struct shape *shape)
{
	return (CUDA_ARRAY3D_DESCRIPTOR){.Width = shape->width,
					 .Height = shape->height,
					 .Depth = shape->depth,
					 .Format = CU_AD_FORMAT_FLOAT,
					 .NumChannels = 1,
					 .Flags = shape->flags};
}

FRAME static CUarray make_array(const struct shape *shape)
{
	const CUDA_ARRAY3D_DESCRIPTOR wanted = described(shape);
	CUarray made;

	CALL(cuArray3DCreate_v2(&made, &wanted));
	return made;
}

FRAME static CUmipmappedArray make_mipmap(const struct shape *shape)
{
	const CUDA_ARRAY3D_DESCRIPTOR wanted = described(shape);
	CUmipmappedArray made;

	CALL(cuMipmappedArrayCreate(&made, &wanted, shape->levels));
	return made;
}

static struct {
	CUarray arrays[MOST];
	CUmipmappedArray mipmaps[MOST];
	int array_count, mipmap_count;
} all;

static void make_all(void)
{
	for (int i = 0; i < SHAPES; i++) {
		for (int n = 0; n < shapes[i].count; n++) {
			if (shapes[i].levels)
				all.mipmaps[all.mipmap_count++] = make_mipmap(&shapes[i]);
			else
				all.arrays[all.array_count++] = make_array(&shapes[i]);
		}
	}
}

static void free_all(void)
{
	while (all.array_count)
		CALL(cuArrayDestroy(all.arrays[--all.array_count]));
	while (all.mipmap_count)
		CALL(cuMipmappedArrayDestroy(all.mipmaps[--all.mipmap_count]));
}

static int made(char **arguments)
{
	(void)arguments;
	make_context();
	make_all();
	return tell();
}

static int freed(char **arguments)
{
	CUdeviceptr memory;

	(void)arguments;
	make_context();
	make_all();
	free_all();
	make_all();
	free_all();
	CALL(cuMemAlloc_v2(&memory, 2 * MIB));
	return tell();
}

/* The context ends, and all arrays with it. */
static int reset(char **arguments)
{
	(void)arguments;
	make_context();
	make_all();
	CALL(cuDevicePrimaryCtxReset_v2(0));
	make_context();
	make_array(&shapes[1]);
	return tell();
}

/* Two of 700 KiB share 2 MiB, not three; and no array shares with them. */
static int packed(char **arguments)
{
	CUdeviceptr memory;

	(void)arguments;
	make_context();
	for (int i = 0; i < 50; i++)
		CALL(cuMemAlloc_v2(&memory, 700 * KIB));
	make_array(&shapes[4]);
	return tell();
}

/* No array of the kind was measured. */
static int unknown(char **arguments)
{
	const struct shape depth = {700, 700, 0, CUDA_ARRAY3D_DEPTH_TEXTURE, 0, 1};

	(void)arguments;
	make_context();
	make_array(&depth);
	make_array(&depth);
	return tell();
}

/* What arrays take between a look-up of a kernel and the next question is not its first launch. */
static int launched(char **arguments)
{
	static const char image[] = ".version 8.0\n.target sm_90\n.address_size 64\n"
				    ".visible .entry plain()\n{\n\tret;\n}\n";
	CUfunction function;
	CUmodule module;

	(void)arguments;
	make_context();
	CALL(cuModuleLoadData(&module, image));
	CALL(cuModuleGetFunction(&function, module, "plain"));
	make_all();
	CALL(cuLaunchKernel(function, 1, 1, 1, 1, 1, 1, 0, NULL, NULL, NULL));
	CALL(cuModuleGetFunction(&function, module, "plain"));
	return tell();
}

/* What is mapped later takes nothing. */
static int later(char **arguments)
{
	const struct shape sparse = {4096, 4096, 0, CUDA_ARRAY3D_SPARSE, 0, 1};
	const struct shape deferred = {4096, 4096, 0, CUDA_ARRAY3D_DEFERRED_MAPPING, 0, 1};
	CUdeviceptr memory;

	(void)arguments;
	make_context();
	make_array(&sparse);
	make_array(&deferred);
	CALL(cuMemAlloc_v2(&memory, 2 * MIB));
	return tell();
}

static const struct hazard_case cases[] = {
	{"made", made},     {"freed", freed},     {"reset", reset}, {"launched", launched},
	{"packed", packed}, {"unknown", unknown}, {"later", later},
};

HAZARD_MAIN(cases)
