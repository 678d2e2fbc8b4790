/*
 * Owned device memory: made with options, filled, read back, grown, handed over.
 *
 *   cc -o buffer buffer.c $(pkg-config --cflags --libs vramtrack)
 */
#include <stdio.h>

#include <vramtrack/vramtrack.h>

/* Prints why a call failed; the detail is the thread's. */
static int failed(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, vt_last_error_text());
	return 1;
}

static int weights(void)
{
	float host[4] = {0.5F, 1.0F, 1.5F, 2.0F};
	vt_buffer_options options = VT_BUFFER_OPTIONS_INIT;
	VT_BUFFER_AUTO(buffer); /* destroyed at the end of this function */

	options.purpose = VT_PURPOSE_MODEL_WEIGHTS;
	options.label = "output bias";
	options.alignment = 4096;
	options.flags = VT_BUFFER_ZEROED;
	if (vt_buffer_create_array(&buffer, 8, sizeof(float), &options) != VT_OK)
		return failed("weights");
	/* Offsets are in bytes: the second half stays zero. */
	if (vt_buffer_copy_from_host(buffer, 0, host, sizeof(host)) != VT_OK)
		return failed("upload");
	if (vt_buffer_copy_to_host(buffer, 3 * sizeof(float), host, 2 * sizeof(float)) != VT_OK)
		return failed("download");
	printf("%s: %zu floats, [3] = %.1f, [4] = %.1f\n", vt_buffer_label(buffer),
	       VT_BUFFER_COUNT(float, buffer), (double)host[0], (double)host[1]);
	return 0;
}

/* What fails changes nothing, and says what it was. */
static int too_much(void)
{
	VT_BUFFER_AUTO(buffer);
	vt_status status = vt_buffer_create(&buffer, (size_t)1 << 46, NULL);
	const vt_error_detail *detail = vt_last_error();

	if (status != VT_ERROR_OUT_OF_MEMORY)
		return failed("too much memory was given");
	printf("%s: %llu GiB asked for, the device has %llu GiB\n", vt_status_name(status),
	       (unsigned long long)(detail->requested_bytes >> 30),
	       (unsigned long long)(detail->total_bytes >> 30));
	return 0;
}

static int grow_and_hand_over(void)
{
	VT_BUFFER_AUTO(first);
	VT_BUFFER_AUTO(second);
	void *memory;

	if (vt_buffer_create(&first, 1000, NULL) != VT_OK ||
	    vt_buffer_fill(first, 0, 0x2a, 1000) != VT_OK ||
	    vt_buffer_resize(first, 2000, NULL) != VT_OK)
		return failed("grow");
	/* With 256 bytes of alignment this is cudaMalloc's own pointer: cudaFree takes it. */
	if (vt_buffer_release(first, &memory) != VT_OK)
		return failed("release");
	printf("released: %zu bytes left in the first buffer\n", vt_buffer_size(first));
	if (vt_buffer_adopt(&second, memory, 2000, NULL) != VT_OK)
		return failed("adopt");
	printf("adopted: %zu bytes in the second\n", vt_buffer_size(second));
	return 0;
}

int main(void)
{
	return weights() || too_much() || grow_and_hand_over();
}
