/* The size of a CUDA array from its shape. */
#include "config.h"

#include "preload/driver/array_bytes.h"

#include "base/array_tiles.h"

/* A plain format has bits for each channel; a packed or block-compressed one
 * has bits for the whole texel. */
struct format_bits {
	CUarray_format format;
	unsigned bits;
};

/* clang-format off */
static const struct format_bits channel_bits[] = {
	{CU_AD_FORMAT_UNSIGNED_INT8, 8}, {CU_AD_FORMAT_UNSIGNED_INT16, 16},
	{CU_AD_FORMAT_UNSIGNED_INT32, 32}, {CU_AD_FORMAT_SIGNED_INT8, 8},
	{CU_AD_FORMAT_SIGNED_INT16, 16}, {CU_AD_FORMAT_SIGNED_INT32, 32},
	{CU_AD_FORMAT_HALF, 16}, {CU_AD_FORMAT_FLOAT, 32},
};

static const struct format_bits texel_bits[] = {
	{CU_AD_FORMAT_NV12, 12}, {CU_AD_FORMAT_UNORM_INT8X1, 8},
	{CU_AD_FORMAT_UNORM_INT8X2, 16}, {CU_AD_FORMAT_UNORM_INT8X4, 32},
	{CU_AD_FORMAT_UNORM_INT16X1, 16}, {CU_AD_FORMAT_UNORM_INT16X2, 32},
	{CU_AD_FORMAT_UNORM_INT16X4, 64}, {CU_AD_FORMAT_SNORM_INT8X1, 8},
	{CU_AD_FORMAT_SNORM_INT8X2, 16}, {CU_AD_FORMAT_SNORM_INT8X4, 32},
	{CU_AD_FORMAT_SNORM_INT16X1, 16}, {CU_AD_FORMAT_SNORM_INT16X2, 32},
	{CU_AD_FORMAT_SNORM_INT16X4, 64}, {CU_AD_FORMAT_BC1_UNORM, 4},
	{CU_AD_FORMAT_BC1_UNORM_SRGB, 4}, {CU_AD_FORMAT_BC2_UNORM, 8},
	{CU_AD_FORMAT_BC2_UNORM_SRGB, 8}, {CU_AD_FORMAT_BC3_UNORM, 8},
	{CU_AD_FORMAT_BC3_UNORM_SRGB, 8}, {CU_AD_FORMAT_BC4_UNORM, 4},
	{CU_AD_FORMAT_BC4_SNORM, 4}, {CU_AD_FORMAT_BC5_UNORM, 8},
	{CU_AD_FORMAT_BC5_SNORM, 8}, {CU_AD_FORMAT_BC6H_UF16, 8},
	{CU_AD_FORMAT_BC6H_SF16, 8}, {CU_AD_FORMAT_BC7_UNORM, 8},
	{CU_AD_FORMAT_BC7_UNORM_SRGB, 8},
};

/* clang-format on */

static unsigned look_up(const struct format_bits *table, size_t count, CUarray_format format)
{
	for (size_t i = 0; i < count; i++)
		if (table[i].format == format)
			return table[i].bits;
	return 0;
}

static unsigned bits_of_texel(CUarray_format format, unsigned channels)
{
	unsigned bits = look_up(channel_bits, sizeof(channel_bits) / sizeof(channel_bits[0]),
				format);

	if (bits)
		return bits * (channels ? channels : 1);
	bits = look_up(texel_bits, sizeof(texel_bits) / sizeof(texel_bits[0]), format);
	return bits ? bits : 8 * (channels ? channels : 1);
}

uint64_t vt__array_bytes(CUarray_format format, unsigned channels, size_t width, size_t height,
			 size_t depth, unsigned flags)
{
	if (flags & (CUDA_ARRAY3D_SPARSE | CUDA_ARRAY3D_DEFERRED_MAPPING))
		return 0;
	return ((uint64_t)width * (height ? height : 1) * (depth ? depth : 1) *
			bits_of_texel(format, channels) +
		7) /
	       8;
}

static bool is_layered(const CUDA_ARRAY3D_DESCRIPTOR *shape)
{
	return shape->Flags & (CUDA_ARRAY3D_LAYERED | CUDA_ARRAY3D_CUBEMAP);
}

/* In elements: of no size yet. */
static struct vt__array_shape shape_of(const CUDA_ARRAY3D_DESCRIPTOR *given, unsigned levels)
{
	return (struct vt__array_shape){
		.width = given->Width,
		.height = given->Height,
		.depth = given->Depth,
		.is_layered = is_layered(given),
		.levels = levels,
		.side = 1,
	};
}

static size_t halved(size_t extent, unsigned times)
{
	return extent ? vt__array_halved(extent, times) : 0;
}

uint64_t vt__mipmap_bytes(const CUDA_ARRAY3D_DESCRIPTOR *shape, unsigned levels)
{
	const struct vt__array_shape all = shape_of(shape, levels);
	const unsigned count = vt__array_levels(&all);
	uint64_t sum = 0;

	for (unsigned level = 0; level < count; level++)
		sum += vt__array_bytes(shape->Format, shape->NumChannels,
				       halved(shape->Width, level), halved(shape->Height, level),
				       is_layered(shape) ? shape->Depth
							 : halved(shape->Depth, level),
				       shape->Flags);
	return sum;
}

/* ---- What the driver takes for it ------------------------------------------- */

/* Flags of the arrays that the rule was checked with. */
#define CHECKED_FLAGS                                                                              \
	(CUDA_ARRAY3D_LAYERED | CUDA_ARRAY3D_CUBEMAP | CUDA_ARRAY3D_SURFACE_LDST |                 \
	 CUDA_ARRAY3D_TEXTURE_GATHER)

#define COMPRESSED_SIDE 4u /* elements of a square */

static bool is_compressed(CUarray_format format)
{
	return format >= CU_AD_FORMAT_BC1_UNORM && format <= CU_AD_FORMAT_BC7_UNORM_SRGB;
}

/* False: no array of the kind was checked. Of compressed formats those of one level and two
 * dimensions were; those of several planes (NV12) are none that the driver makes so. */
static bool measure_element(const CUDA_ARRAY3D_DESCRIPTOR *given, struct vt__array_shape *shape)
{
	const unsigned channel = look_up(
		channel_bits, sizeof(channel_bits) / sizeof(channel_bits[0]), given->Format);
	const unsigned texel = look_up(texel_bits, sizeof(texel_bits) / sizeof(texel_bits[0]),
				       given->Format);

	if (is_compressed(given->Format)) {
		shape->side = COMPRESSED_SIDE;
		shape->element_bytes = texel * COMPRESSED_SIDE * COMPRESSED_SIDE / 8;
		return !given->Depth && vt__array_levels(shape) == 1;
	}
	shape->element_bytes = (channel ? channel * given->NumChannels : texel) / 8;
	return shape->element_bytes && given->Format != CU_AD_FORMAT_NV12;
}

uint64_t vt__array_on_device(const CUDA_ARRAY3D_DESCRIPTOR *given, unsigned levels)
{
	struct vt__array_shape shape = shape_of(given, levels);
	uint64_t bytes;

	if (given->Flags & (CUDA_ARRAY3D_SPARSE | CUDA_ARRAY3D_DEFERRED_MAPPING))
		return 0;
	if (given->Flags & ~(unsigned)CHECKED_FLAGS || !measure_element(given, &shape) ||
	    !vt__array_tiled(&shape, &bytes))
		return VT__ARRAY_UNKNOWN;
	return bytes;
}
