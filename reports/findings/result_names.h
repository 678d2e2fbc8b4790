/* The names of the numbers that CUDA's driver returns (enum cudaError_enum). */
#ifndef VT_REPORTS_RESULT_NAMES_H
#define VT_REPORTS_RESULT_NAMES_H

/* "unknown" for a number that it has no name for. */
const char *vt__result_name(int result);

#endif
