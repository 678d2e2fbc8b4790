/* Questions about pitched memory and arrays: what they take, what a free of them says. */
#include <stdio.h>

#include "question.h"

/* An array as it is asked about: floats, or channels of one byte. */
struct shape {
	unsigned int width, height, depth;
	unsigned int bits; /* of the one channel; 128 is four of 32 */
	unsigned int flags;
};

static struct cudaChannelFormatDesc format_of(unsigned int bits)
{
	int one = bits > 32 ? 32 : (int)bits;
	int rest = bits > 32 ? 32 : 0;

	return cudaCreateChannelDesc(one, rest, bits > 64 ? 32 : 0, bits > 64 ? 32 : 0,
				     bits > 8 ? cudaChannelFormatKindFloat
					      : cudaChannelFormatKindUnsigned);
}

static void name_of(const struct shape *shape, char *name, size_t size)
{
	snprintf(name, size, "%u x %u x %u, %u bits%s", shape->width, shape->height, shape->depth,
		 shape->bits, shape->flags & cudaArrayLayered ? ", layered" : "");
}

static cudaArray_t make(const struct shape *shape)
{
	struct cudaChannelFormatDesc format = format_of(shape->bits);
	cudaArray_t array = NULL;

	MUST(cudaMalloc3DArray(&array, &format,
			       (struct cudaExtent){shape->width, shape->height, shape->depth},
			       shape->flags));
	return array;
}

static cudaArray_t make_2d(unsigned int width, unsigned int height)
{
	const struct shape shape = {width, height, 0, 32, 0};

	return make(&shape);
}

static void pitches(void)
{
	const size_t widths[] = {1, 512, 513, 1000, 4097, 65537, 1048577};
	char what[64];

	mark();
	for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
		void *address = NULL;
		size_t pitch = 0;

		MUST(cudaMallocPitch(&address, &pitch, widths[i], 2));
		snprintf(what, sizeof(what), "width %zu", widths[i]);
		answer(what, "%zu", pitch);
	}
}

static void first_array(void)
{
	cudaArray_t first;

	mark();
	first = make_2d(1, 1);
	answer_bytes("one of 1 x 1", taken());
	for (int i = 0; i < 101; i++)
		make_2d(1, 1);
	answer_bytes("102 of them", taken());
	answer_result("free of the first", cudaFreeArray(first));
	answer_bytes("after it", taken());
}

/* How many arrays of 1 x 1 share a block. */
static void arrays_in_a_block(void)
{
	long long before = 0;
	char falls[64] = "";
	size_t length = 0;

	mark();
	for (int i = 1; i <= 9000; i++) {
		make_2d(1, 1);
		if (taken() == before)
			continue;
		before = taken();
		if (length < sizeof(falls) / 2)
			length += (size_t)snprintf(falls + length, sizeof(falls) - length, " %d",
						   i);
	}
	answer("falls at", "%s", falls + 1);
	answer_bytes("taken", before);
}

/* Each alone: taken, and what stays after its free. */
static void alone(const struct shape *shapes, size_t count)
{
	char name[64], what[96];

	for (size_t i = 0; i < count; i++) {
		cudaArray_t array;

		mark();
		array = make(&shapes[i]);
		name_of(&shapes[i], name, sizeof(name));
		answer_bytes(name, taken());
		MUST(cudaFreeArray(array));
		if (!taken())
			continue;
		snprintf(what, sizeof(what), "%s: stays", name);
		answer_bytes(what, taken());
	}
}

#define ALONE(...)                                                                                 \
	do {                                                                                       \
		const struct shape shapes[] = {__VA_ARGS__};                                       \
                                                                                                   \
		alone(shapes, sizeof(shapes) / sizeof(shapes[0]));                                 \
	} while (0)

static void large_array(void)
{
	ALONE({1024, 1024, 0, 32, 0}, {2048, 1024, 0, 32, 0}, {1024, 1024, 0, 8, 0},
	      {512, 1024, 0, 32, 0}, {1024, 1024, 0, 128, 0});
}

static void padded_array(void)
{
	ALONE({1000, 1000, 0, 32, 0}, {1025, 1000, 0, 32, 0}, {1000, 1025, 0, 32, 0},
	      {500, 500, 0, 32, 0}, {512, 512, 0, 32, 0}, {600, 400, 0, 32, 0});
}

static void array_of_700(void)
{
	ALONE({700, 700, 0, 32, 0}, {724, 724, 0, 32, 0}, {768, 600, 0, 32, 0},
	      {700, 600, 0, 32, 0}, {640, 640, 0, 32, 0}, {700, 700, 0, 8, 0},
	      {1400, 1400, 0, 8, 0});
}

static void array_into_a_rest(void)
{
	mark();
	make_2d(1, 1);
	make_2d(20000, 3);
	answer_bytes("1 x 1 and 20000 x 3", taken());
	make_2d(256, 256);
	answer_bytes("and 256 x 256", taken());
	make_2d(400, 400);
	answer_bytes("and 400 x 400", taken());
	make_2d(500, 500);
	answer_bytes("and 500 x 500", taken());
}

/* Do arrays and linear memory share blocks? */
static void array_beside_linear(void)
{
	void *address = NULL;

	mark();
	make_2d(1, 1);
	MUST(cudaMalloc(&address, 512));
	answer_bytes("1 x 1 and 512 bytes", taken());
}

static cudaMipmappedArray_t make_mipmapped(unsigned int side, unsigned int levels)
{
	struct cudaChannelFormatDesc format = format_of(32);
	cudaMipmappedArray_t array = NULL;

	MUST(cudaMallocMipmappedArray(&array, &format, (struct cudaExtent){side, side, 0}, levels,
				      0));
	return array;
}

static void mipmapped(void)
{
	const unsigned int sides[] = {1024, 1000, 256, 1};
	const unsigned int levels[] = {11, 10, 9, 1};
	char what[64];

	for (int i = 0; i < 4; i++) {
		cudaMipmappedArray_t array;

		mark();
		array = make_mipmapped(sides[i], levels[i]);
		snprintf(what, sizeof(what), "side %u, %u levels", sides[i], levels[i]);
		answer_bytes(what, taken());
		snprintf(what, sizeof(what), "side %u, %u levels: free", sides[i], levels[i]);
		answer_result(what, cudaFreeMipmappedArray(array));
		snprintf(what, sizeof(what), "side %u, %u levels: stays", sides[i], levels[i]);
		answer_bytes(what, taken());
	}
}

static void cubes(void)
{
	ALONE({100, 100, 100, 32, 0}, {128, 128, 64, 32, 0}, {64, 64, 64, 32, 0},
	      {100, 100, 50, 32, 0}, {100, 100, 100, 32, cudaArrayLayered},
	      {1000, 1000, 3, 32, cudaArrayLayered});
}

static void line_arrays(void)
{
	ALONE({16384, 0, 0, 32, 0}, {100000, 0, 0, 32, 0}, {20000, 3, 0, 32, 0},
	      {20000, 30, 0, 32, 0}, {3, 20000, 0, 32, 0});
}

static void free_of_a_level(void)
{
	cudaMipmappedArray_t whole;
	cudaArray_t level = NULL;

	mark();
	whole = make_mipmapped(1024, 11);
	MUST(cudaGetMipmappedArrayLevel(&level, whole, 0));
	answer_result("cudaFreeArray of level 0", cudaFreeArray(level));
	answer_bytes("taken after it", taken());
	answer_result("cudaFreeMipmappedArray", cudaFreeMipmappedArray(whole));
	answer_bytes("taken at the end", taken());
}

static void requirements_of_mipmapped(void)
{
	struct cudaArrayMemoryRequirements found = {0};

	answer_result("cudaMipmappedArrayGetMemoryRequirements",
		      cudaMipmappedArrayGetMemoryRequirements(&found, make_mipmapped(64, 3), 0));
}

/* What an array would take whose memory is mapped later: bytes before any rounding to blocks. */
static void requirements(void)
{
	const struct shape shapes[] = {
		{1024, 1024, 0, 32, 0},
		{1000, 1000, 0, 32, 0},
		{700, 700, 0, 32, 0},
		{500, 500, 0, 32, 0},
		{1, 1, 0, 32, 0},
		{64, 8, 0, 32, 0},
		{65, 8, 0, 32, 0},
		{64, 9, 0, 32, 0},
		{20000, 3, 0, 32, 0},
		{3, 20000, 0, 32, 0},
		{16384, 0, 0, 32, 0},
		{100, 100, 0, 32, 0},
		{100, 100, 0, 8, 0},
		{100, 100, 0, 128, 0},
		{100, 100, 100, 32, 0},
		{64, 64, 64, 32, 0},
		{100, 100, 10, 32, cudaArrayLayered},
		{33, 17, 0, 16, 0},
		{128, 128, 0, 64, 0},
	};
	struct cudaArrayMemoryRequirements found;
	char name[64];

	mark();
	answer_result("of an ordinary array",
		      cudaArrayGetMemoryRequirements(&found, make_2d(1024, 1024), 0));
	mark();
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		struct shape shape = shapes[i];
		cudaArray_t array;
		int error;

		shape.flags |= cudaArrayDeferredMapping;
		array = make(&shape);
		name_of(&shape, name, sizeof(name));
		found = (struct cudaArrayMemoryRequirements){0};
		error = cudaArrayGetMemoryRequirements(&found, array, 0);
		answer(name, "%d: %zu at %zu", error, found.size, found.alignment);
	}
	answer_bytes("taken by deferred arrays", taken());
}

static void textures(void)
{
	struct cudaResourceDesc resource = {.resType = cudaResourceTypeArray};
	struct cudaTextureDesc texture = {
		.addressMode = {cudaAddressModeClamp, cudaAddressModeClamp, cudaAddressModeClamp}};
	const struct shape shape = {64, 64, 0, 32, cudaArraySurfaceLoadStore};
	cudaTextureObject_t object = 0;

	resource.res.array.array = make(&shape);
	mark();
	for (int i = 0; i < 5000; i++)
		MUST(cudaCreateTextureObject(&object, &resource, &texture, NULL));
	answer_bytes("5000 textures", taken());
	for (int i = 0; i < 5000; i++)
		MUST(cudaCreateSurfaceObject(&object, &resource));
	answer_bytes("and 5000 surfaces", taken());
	answer_result("cudaFreeArray", cudaFreeArray(resource.res.array.array));
}

const struct question array_questions[] = {
	{"D015", pitches},
	{"D016", first_array},
	{"D016b", arrays_in_a_block},
	{"D017", large_array},
	{"D018", padded_array},
	{"D019", array_of_700},
	{"D020", array_into_a_rest},
	{"D020b", array_beside_linear},
	{"D021", mipmapped},
	{"D022", cubes},
	{"D022b", line_arrays},
	{"D023", free_of_a_level},
	{"D024", requirements_of_mipmapped},
	{"D025", requirements},
	{"D028", textures},
	{NULL, NULL},
};
