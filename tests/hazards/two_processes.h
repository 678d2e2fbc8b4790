/*
 * A program of two processes: an exporter, forked before either has used CUDA, which frees all
 * it has when the importer has ended; and what they hand each other.
 */
#ifndef VT_HAZARD_TWO_PROCESSES_H
#define VT_HAZARD_TWO_PROCESSES_H

#include <cuda.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hazard.h"

static CUcontext context;
static int to_other;
static pid_t exporter;

static void start(void)
{
	CALL(cuInit(0));
	CALL(cuDevicePrimaryCtxRetain(&context, 0));
	CALL(cuCtxSetCurrent(context));
}

static void put(const void *bytes, size_t count)
{
	MUST(write(to_other, bytes, count) == (ssize_t)count);
}

static void get(void *bytes, size_t count)
{
	MUST(recv(to_other, bytes, count, MSG_WAITALL) == (ssize_t)count);
}

static inline void put_file(int file)
{
	char byte = 0;
	struct iovec part = {&byte, 1};
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = {.bytes = {0}};
	struct msghdr message = {.msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = &control,
				 .msg_controllen = sizeof(control)};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(file));
	memcpy(CMSG_DATA(header), &file, sizeof(file));
	MUST(sendmsg(to_other, &message, 0) == 1);
	MUST(close(file) == 0);
}

static inline int get_file(void)
{
	char byte;
	struct iovec part = {&byte, 1};
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control;
	struct msghdr message = {.msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = &control,
				 .msg_controllen = sizeof(control)};
	int file;

	MUST(recvmsg(to_other, &message, 0) == 1 && CMSG_FIRSTHDR(&message));
	memcpy(&file, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(file));
	return file;
}

/* Waits until the importer has ended. */
static void wait_for_end(void)
{
	char byte;

	MUST(read(to_other, &byte, 1) == 0);
}

static void split(void (*exports)(void))
{
	int pair[2];

	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	exporter = fork();
	MUST(exporter >= 0);
	to_other = pair[exporter != 0];
	MUST(close(pair[exporter == 0]) == 0);
	if (exporter == 0) {
		start();
		exports();
		exit(0);
	}
	start();
}

/* The exporter's end, in good order. */
static int end(void)
{
	int status;

	MUST(close(to_other) == 0);
	MUST(waitpid(exporter, &status, 0) == exporter);
	return status;
}

#endif
