/* A library that takes memory over and frees it in its own destructor. */
#ifndef VT_TESTS_KEEPER_H
#define VT_TESTS_KEEPER_H

#ifdef __cplusplus
extern "C" {
#endif

/* The library frees `buffer` with cudaFree when it is unloaded. */
void keeper_keep(void *buffer);

#ifdef __cplusplus
}
#endif

#endif
