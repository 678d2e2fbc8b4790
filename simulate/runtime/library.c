/* Libraries that the program loads itself: the driver's, under the runtime's names. */
#include "config.h"

#include "simulate/runtime/runtime.h"

PASS(cudaLibraryLoadData,
     (cudaLibrary_t * library, const void *code, enum cudaJitOption *jitOptions,
      void **jitOptionsValues, unsigned int numJitOptions, enum cudaLibraryOption *libraryOptions,
      void **libraryOptionValues, unsigned int numLibraryOptions),
     cuLibraryLoadData((CUlibrary *)library, code, (CUjit_option *)jitOptions, jitOptionsValues,
		       numJitOptions, (CUlibraryOption *)libraryOptions, libraryOptionValues,
		       numLibraryOptions))
PASS(cudaLibraryLoadFromFile,
     (cudaLibrary_t * library, const char *fileName, enum cudaJitOption *jitOptions,
      void **jitOptionsValues, unsigned int numJitOptions, enum cudaLibraryOption *libraryOptions,
      void **libraryOptionValues, unsigned int numLibraryOptions),
     cuLibraryLoadFromFile((CUlibrary *)library, fileName, (CUjit_option *)jitOptions,
			   jitOptionsValues, numJitOptions, (CUlibraryOption *)libraryOptions,
			   libraryOptionValues, numLibraryOptions))
PASS(cudaLibraryUnload, (cudaLibrary_t library), cuLibraryUnload((CUlibrary)library))
PASS(cudaLibraryGetKernel, (cudaKernel_t * pKernel, cudaLibrary_t library, const char *name),
     cuLibraryGetKernel((CUkernel *)pKernel, (CUlibrary)library, name))
PASS(cudaLibraryGetGlobal, (void **dptr, size_t *bytes, cudaLibrary_t library, const char *name),
     cuLibraryGetGlobal((CUdeviceptr *)dptr, bytes, (CUlibrary)library, name))
PASS(cudaLibraryGetManaged, (void **dptr, size_t *bytes, cudaLibrary_t library, const char *name),
     cuLibraryGetManaged((CUdeviceptr *)dptr, bytes, (CUlibrary)library, name))
