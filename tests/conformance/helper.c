/* The second process of a question: started, told and heard over a socket. */
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "probe.h"

#define SOCKET_OF_ROLE 3
#define MOST_HELPERS 1024 /* descriptors */

static pid_t processes[MOST_HELPERS];

static void give_up(const char *why)
{
	answer("setup", "%s", why);
	exit(0);
}

int helper_start(const char *role)
{
	const char *const arguments[] = {"probe", "--role", role, probe_id(), NULL};
	posix_spawn_file_actions_t actions;
	int both[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, both) || both[0] >= MOST_HELPERS)
		give_up("no socket for a second process");
	posix_spawn_file_actions_init(&actions);
	/* The end that is at this number already would be closed on exec. */
	if (both[1] == SOCKET_OF_ROLE)
		both[1] = dup(both[1]);
	posix_spawn_file_actions_adddup2(&actions, both[1], SOCKET_OF_ROLE);
	if (probe_start(&processes[both[0]], &actions, arguments))
		give_up("no second process");
	posix_spawn_file_actions_destroy(&actions);
	close(both[1]);
	return both[0];
}

void helper_end(int helper)
{
	int status = 0;

	close(helper);
	waitpid(processes[helper], &status, 0);
	if (status)
		answer("second process", "status %d", status);
}

int asker(void)
{
	return SOCKET_OF_ROLE;
}

void tell(int to, const void *bytes, size_t size)
{
	if (send(to, bytes, size, MSG_NOSIGNAL) != (ssize_t)size)
		give_up("the other process does not listen");
}

void hear(int from, void *bytes, size_t size)
{
	if (recv(from, bytes, size, MSG_WAITALL) != (ssize_t)size)
		give_up("the other process says nothing");
}

/* A message of one byte with room for one descriptor. */
struct parcel {
	char byte;
	struct iovec piece;
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control;
	struct msghdr message;
};

static void pack(struct parcel *parcel)
{
	memset(parcel, 0, sizeof(*parcel));
	parcel->piece.iov_base = &parcel->byte;
	parcel->piece.iov_len = 1;
	parcel->message.msg_iov = &parcel->piece;
	parcel->message.msg_iovlen = 1;
	parcel->message.msg_control = parcel->control.bytes;
	parcel->message.msg_controllen = sizeof(parcel->control.bytes);
}

void tell_descriptor(int to, int descriptor)
{
	struct parcel parcel;
	struct cmsghdr *header;

	pack(&parcel);
	header = CMSG_FIRSTHDR(&parcel.message);
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(descriptor));
	memcpy(CMSG_DATA(header), &descriptor, sizeof(descriptor));
	if (sendmsg(to, &parcel.message, MSG_NOSIGNAL) != 1)
		give_up("the other process takes no descriptor");
}

int hear_descriptor(int from)
{
	struct parcel parcel;
	struct cmsghdr *header;
	int descriptor = -1;

	pack(&parcel);
	if (recvmsg(from, &parcel.message, MSG_CMSG_CLOEXEC) != 1)
		give_up("the other process gives no descriptor");
	header = CMSG_FIRSTHDR(&parcel.message);
	if (header && header->cmsg_type == SCM_RIGHTS)
		memcpy(&descriptor, CMSG_DATA(header), sizeof(descriptor));
	return descriptor;
}
