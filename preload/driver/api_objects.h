/* The wrapped driver functions of objects that hold memory without telling its size.
 * The rows of VT_DRIVER_API (preload/driver/driver_api.h). */
#ifndef VT_PRELOAD_API_OBJECTS_H
#define VT_PRELOAD_API_OBJECTS_H

/* clang-format off */
#define VT_OBJECTS_API(API) \
	/* code */ \
	API(cuModuleLoad, (CUmodule *module, const char *fname), (module, fname)) \
	API(cuModuleLoadData, (CUmodule *module, const void *image), (module, image)) \
	API(cuModuleLoadDataEx, (CUmodule *module, const void *image, \
	    unsigned int numOptions, CUjit_option *options, void **optionValues), \
	    (module, image, numOptions, options, optionValues)) \
	API(cuModuleLoadFatBinary, (CUmodule *module, const void *fatCubin), \
	    (module, fatCubin)) \
	API(cuModuleUnload, (CUmodule hmod), (hmod)) \
	API(cuLibraryLoadData, (CUlibrary *library, const void *code, \
	    CUjit_option *jitOptions, void **jitOptionsValues, unsigned int numJitOptions, \
	    CUlibraryOption *libraryOptions, void **libraryOptionValues, \
	    unsigned int numLibraryOptions), \
	    (library, code, jitOptions, jitOptionsValues, numJitOptions, libraryOptions, \
	    libraryOptionValues, numLibraryOptions)) \
	API(cuLibraryLoadFromFile, (CUlibrary *library, const char *fileName, \
	    CUjit_option *jitOptions, void **jitOptionsValues, unsigned int numJitOptions, \
	    CUlibraryOption *libraryOptions, void **libraryOptionValues, \
	    unsigned int numLibraryOptions), \
	    (library, fileName, jitOptions, jitOptionsValues, numJitOptions, libraryOptions, \
	    libraryOptionValues, numLibraryOptions)) \
	API(cuModuleGetFunction, (CUfunction *hfunc, CUmodule hmod, const char *name), \
	    (hfunc, hmod, name)) \
	API(cuLibraryGetKernel, (CUkernel *pKernel, CUlibrary library, const char *name), \
	    (pKernel, library, name)) \
	API(cuLibraryGetModule, (CUmodule *pMod, CUlibrary library), (pMod, library)) \
	API(cuLibraryGetGlobal, (CUdeviceptr *dptr, size_t *bytes, CUlibrary library, \
	    const char *name), (dptr, bytes, library, name)) \
	API(cuLibraryGetManaged, (CUdeviceptr *dptr, size_t *bytes, CUlibrary library, \
	    const char *name), (dptr, bytes, library, name)) \
	API(cuLibraryUnload, (CUlibrary library), (library)) \
	/* streams and events */ \
	API(cuStreamCreate, (CUstream *phStream, unsigned int Flags), (phStream, Flags)) \
	API(cuStreamCreateWithPriority, (CUstream *phStream, unsigned int flags, \
	    int priority), (phStream, flags, priority)) \
	API(cuGreenCtxStreamCreate, (CUstream *phStream, CUgreenCtx greenCtx, \
	    unsigned int flags, int priority), (phStream, greenCtx, flags, priority)) \
	API(cuStreamDestroy, (CUstream hStream), (hStream)) \
	API(cuStreamDestroy_v2, (CUstream hStream), (hStream)) \
	API(cuEventCreate, (CUevent *phEvent, unsigned int Flags), (phEvent, Flags)) \
	API(cuIpcOpenEventHandle, (CUevent *phEvent, CUipcEventHandle handle), \
	    (phEvent, handle)) \
	API(cuEventDestroy, (CUevent hEvent), (hEvent)) \
	API(cuEventDestroy_v2, (CUevent hEvent), (hEvent)) \
	/* descriptors */ \
	API(cuTexObjectCreate, (CUtexObject *pTexObject, const CUDA_RESOURCE_DESC *pResDesc, \
	    const CUDA_TEXTURE_DESC *pTexDesc, const CUDA_RESOURCE_VIEW_DESC *pResViewDesc), \
	    (pTexObject, pResDesc, pTexDesc, pResViewDesc)) \
	API(cuTexObjectDestroy, (CUtexObject texObject), (texObject)) \
	API(cuSurfObjectCreate, (CUsurfObject *pSurfObject, \
	    const CUDA_RESOURCE_DESC *pResDesc), (pSurfObject, pResDesc)) \
	API(cuSurfObjectDestroy, (CUsurfObject surfObject), (surfObject))
/* clang-format on */

#endif
