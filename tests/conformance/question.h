/*
 * What the questions of the conformance probe share: how an answer is given, how much memory
 * was taken, how a stream is blocked, and how a second process takes part.
 *
 * A family of questions is a file questions_FAMILY.c that defines FAMILY_questions[], ended by
 * a NULL id; families.h lists the families. Each question runs in a process of its own and
 * makes the first CUDA call of that process. What it answers must be the same every time: no
 * addresses, no times, no numbers that depend on the machine.
 */
#ifndef VT_CONFORMANCE_QUESTION_H
#define VT_CONFORMANCE_QUESTION_H

#include <cuda.h>
#include <cuda_runtime_api.h>
#include <stdbool.h>
#include <stddef.h>

#define KIB ((size_t)1 << 10)
#define MIB ((size_t)1 << 20)
#define GIB ((size_t)1 << 30)

struct question {
	const char *id; /* D001; of a role: a name that begins with a small letter */
	void (*ask)(void);
};

/* Prints one row: id TAB what TAB value. */
void answer(const char *what, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same for an error number, for bytes, and for yes or no. */
void answer_result(const char *what, int result);
void answer_bytes(const char *what, long long bytes);
void answer_if(const char *what, bool yes);

/*
 * Bytes by which the free bytes of the current device fell since the last mark. mark() makes
 * the primary context if there is none.
 */
void mark(void);
long long taken(void);

/* Ends the question with a row "setup": for a call that has to work before anything is asked. */
void must(const char *call, int result);
#define MUST(call) must(#call, (int)(call))

/*
 * A host function that waits holds up the stream until unblock(); one stream at a time. A
 * thread launches it, for on a simulated device the launch itself waits.
 */
void block(cudaStream_t stream);
void unblock(void);

/*
 * A second process that runs the role, a "question" that is asked in no other way, and a socket
 * to it; its answers are printed under the id of the question. helper_end closes the socket and
 * waits for the process.
 */
int helper_start(const char *role);
void helper_end(int helper);

/* In the role: the socket to the question. */
int asker(void);

/* Whole messages; an error or an end of the other side ends the question. */
void tell(int to, const void *bytes, size_t size);
void hear(int from, void *bytes, size_t size);
void tell_descriptor(int to, int descriptor);
int hear_descriptor(int from);

#endif
