/* A library that makes handles by a version of its own. */
int cublasCreate_v2(void **made);
int cublasDestroy_v2(void *handle);
int plugin_make(void **made);
int plugin_end(void *handle);

int plugin_make(void **made)
{
	return cublasCreate_v2(made) + 0 * (*made == 0); /* no jump: a frame of its own */
}

int plugin_end(void *handle)
{
	return cublasDestroy_v2(handle) + 0;
}
