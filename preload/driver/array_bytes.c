/* The size of a CUDA array from its shape. */
#include "config.h"

#include "preload/driver/array_bytes.h"

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

static size_t halved(size_t extent, unsigned times)
{
	size_t less = times < sizeof(size_t) * 8 ? extent >> times : 0;

	return extent && !less ? 1 : less;
}

uint64_t vt__mipmap_bytes(const CUDA_ARRAY3D_DESCRIPTOR *shape, unsigned levels)
{
	bool layered = shape->Flags & (CUDA_ARRAY3D_LAYERED | CUDA_ARRAY3D_CUBEMAP);
	uint64_t sum = 0;

	for (unsigned level = 0; level < levels; level++)
		sum += vt__array_bytes(shape->Format, shape->NumChannels,
				       halved(shape->Width, level), halved(shape->Height, level),
				       layered ? shape->Depth : halved(shape->Depth, level),
				       shape->Flags);
	return sum;
}
