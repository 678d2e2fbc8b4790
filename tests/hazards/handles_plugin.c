/* A library that makes handles by a release of its own; compiled with calls, or with jumps. */
int cublasCreate_v2(void **made);
int cublasDestroy_v2(void *handle);
int plugin_make(void **made);
int plugin_end(void *handle);

int plugin_make(void **made)
{
	return cublasCreate_v2(made);
}

int plugin_end(void *handle)
{
	return cublasDestroy_v2(handle);
}
