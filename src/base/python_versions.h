/* The versions of CPython whose frames are read (src/python/layout.c): 3.FIRST to 3.LAST. */
#ifndef VT_BASE_PYTHON_VERSIONS_H
#define VT_BASE_PYTHON_VERSIONS_H

#define VT_PYTHON_MINOR_FIRST 8
#define VT_PYTHON_MINOR_LAST 14

#endif
