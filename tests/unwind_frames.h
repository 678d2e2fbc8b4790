/*
 * Functions with frames of every shape, for the unwinder's tests. They are in
 * loadable modules that are built with different compiler options; each calls
 * `visit(closure)` from the frame in question.
 */
#ifndef VT_TESTS_UNWIND_FRAMES_H
#define VT_TESTS_UNWIND_FRAMES_H

#ifdef __cplusplus
extern "C" {
#endif

typedef void unwind_visit(void *closure);
typedef void unwind_frames(unsigned depth, unwind_visit *visit, void *closure);

#define UNWIND_EXPORT __attribute__((visibility("default"), noinline))

/* unwind_frames.c, built with and without frame pointers */
unwind_frames frames_recursion;  /* `depth` frames of one function */
unwind_frames frames_alloca;     /* frame size known only at run time */
unwind_frames frames_aligned;    /* stack pointer rounded down to 64 bytes */
unwind_frames frames_qsort;      /* a callback of the C library */
unwind_frames frames_no_return;  /* a call that ends its function */
unwind_frames frames_many_saved; /* every callee-saved register in use */

/* unwind_cxx.cpp */
unwind_frames frames_lambda;
unwind_frames frames_while_unwinding; /* in a destructor run by an exception */
unwind_frames frames_in_catch;

/* unwind_untabled.c: no .eh_frame */
unwind_frames frames_untabled;

/* unwind_swap.c, built as two modules that differ in the size of a frame */
unwind_frames frames_swap;

#ifdef __cplusplus
}
#endif

#endif
