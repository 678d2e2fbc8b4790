/* System calls that the kernel refuses from here on, as an older kernel or one without memory
 * would. */
#ifndef VT_TESTS_REFUSE_CALLS_H
#define VT_TESTS_REFUSE_CALLS_H

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#define ARGUMENT(number) (offsetof(struct seccomp_data, args) + 8 * (number)) /* its lower half */
#define LOAD(offset) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (offset))
#define UNLESS(test, value, skip) BPF_JUMP(BPF_JMP | (test) | BPF_K, (value), 0, (skip))
#define RETURN(what) BPF_STMT(BPF_RET | BPF_K, (what))

static inline bool refuse_calls(struct sock_filter *rows, size_t count)
{
	struct sock_fprog program = {.len = (unsigned short)count, .filter = rows};

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

static inline bool refuse_call(unsigned number, int error)
{
	struct sock_filter rows[] = {
		LOAD(offsetof(struct seccomp_data, nr)),
		UNLESS(BPF_JEQ, number, 1),
		RETURN(SECCOMP_RET_ERRNO | (unsigned)error),
		RETURN(SECCOMP_RET_ALLOW),
	};

	return refuse_calls(rows, COUNT_OF(rows));
}

/* madvise(memory, bytes, advice) of `advice` alone. */
static inline bool refuse_advice(unsigned advice, int error)
{
	struct sock_filter rows[] = {
		LOAD(offsetof(struct seccomp_data, nr)),
		UNLESS(BPF_JEQ, SYS_madvise, 3),
		LOAD(ARGUMENT(2)),
		UNLESS(BPF_JEQ, advice, 1),
		RETURN(SECCOMP_RET_ERRNO | (unsigned)error),
		RETURN(SECCOMP_RET_ALLOW),
	};

	return refuse_calls(rows, COUNT_OF(rows));
}

/* Memory of the process alone, of less than `bytes` at once. */
static inline bool refuse_memory_below(unsigned bytes, int error)
{
	struct sock_filter rows[] = {
		LOAD(offsetof(struct seccomp_data, nr)),
		UNLESS(BPF_JEQ, SYS_mmap, 5),
		LOAD(ARGUMENT(3)),
		UNLESS(BPF_JSET, 0x20 /* MAP_ANONYMOUS */, 3),
		LOAD(ARGUMENT(1)),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, bytes, 1, 0),
		RETURN(SECCOMP_RET_ERRNO | (unsigned)error),
		RETURN(SECCOMP_RET_ALLOW),
	};

	return refuse_calls(rows, COUNT_OF(rows));
}

#endif
