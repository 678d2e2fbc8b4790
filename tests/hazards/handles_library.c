/*
 * A library with handles like cuBLAS and plans like cuFFT, in a VERSION of its own: a handle that
 * another one made ends the process.
 */
#include <stdlib.h>

#define NOT_INITIALIZED 1

struct handle {
	int version;
};

static int plans, handles;

int cublasCreate_v2(void **made)
{
	struct handle *handle = malloc(sizeof(*handle));

	if (!handle)
		return NOT_INITIALIZED;
	handle->version = VERSION;
	*made = handle;
	handles++;
	return 0;
}

int cublasDestroy_v2(void *handle)
{
	struct handle *mine = handle;

	if (!mine)
		return NOT_INITIALIZED;
	if (mine->version != VERSION)
		abort();
	mine->version = 0;
	free(mine);
	handles--;
	return 0;
}

int cufftPlan1d(int *made, int x, int type, int batch)
{
	if (x <= 0 || type != 0x29 || batch != 7)
		return NOT_INITIALIZED;
	*made = plans++;
	return 0;
}

int cufftPlanMany(int *made, int rank, int *n, int *in, int in_stride, int in_distance, int *out,
		  int out_stride, int out_distance, int type, int batch)
{
	if (rank != 1 || *n != 2 || *in != 3 || in_stride != 4 || in_distance != 5 || *out != 6 ||
	    out_stride != 7 || out_distance != 8 || type != 9 || batch != 10)
		return NOT_INITIALIZED;
	*made = plans++;
	return 0;
}

int cufftDestroy(int plan)
{
	return plan >= 0 && plan < plans ? 0 : NOT_INITIALIZED;
}

int handles_there(void)
{
	return handles;
}
