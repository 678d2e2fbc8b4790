/* Two processes with a simulated device each, for the tests of what they can share. */
#include "config.h"

#include <dlfcn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/simulate_two.h"

void (*runtime_symbol(const char *name))(void)
{
	static void *runtime;
	void (*function)(void);
	void *address;

	if (!runtime) {
		simulate_open("libcuda.so.1");
		runtime = simulate_open("libcudart.so.13");
	}
	address = dlsym(runtime, name);
	must(address != NULL, name, __FILE__, __LINE__);
	memcpy(&function, &address, sizeof(function));
	return function;
}

static simulate_side first_side, second_side;

static void both_sides(void)
{
	int ends[2], status;
	pid_t other;

	MUST(!socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
	other = fork();
	MUST(other >= 0);
	if (other == 0) {
		close(ends[0]);
		second_side(ends[1]);
		return;
	}
	close(ends[1]);
	first_side(ends[0]);
	close(ends[0]);
	MUST(waitpid(other, &status, 0) == other && WIFEXITED(status) && !WEXITSTATUS(status));
}

int in_two_children(const char *options, simulate_side first, simulate_side second)
{
	first_side = first;
	second_side = second;
	return in_child(options, both_sides, NULL, 0);
}

void tell(int peer, const void *bytes, size_t size)
{
	MUST(send(peer, bytes, size, MSG_NOSIGNAL) == (ssize_t)size);
}

void hear(int peer, void *bytes, size_t size)
{
	MUST(recv(peer, bytes, size, MSG_WAITALL) == (ssize_t)size);
}

void pass_turn(int peer)
{
	tell(peer, "", 1);
}

void wait_turn(int peer)
{
	char turn;

	hear(peer, &turn, sizeof(turn));
}

union file_message {
	struct cmsghdr header;
	char space[CMSG_SPACE(sizeof(int))];
};

static struct msghdr message_of(struct iovec *part, union file_message *file)
{
	const struct msghdr message = {
		.msg_iov = part,
		.msg_iovlen = 1,
		.msg_control = file->space,
		.msg_controllen = sizeof(file->space),
	};

	return message;
}

void send_file(int peer, int file)
{
	char byte = 0;
	struct iovec part = {&byte, 1};
	union file_message carried = {0};
	struct msghdr message = message_of(&part, &carried);

	carried.header.cmsg_level = SOL_SOCKET;
	carried.header.cmsg_type = SCM_RIGHTS;
	carried.header.cmsg_len = CMSG_LEN(sizeof(file));
	memcpy(CMSG_DATA(&carried.header), &file, sizeof(file));
	MUST(sendmsg(peer, &message, MSG_NOSIGNAL) == 1);
}

int receive_file(int peer)
{
	char byte = 0;
	struct iovec part = {&byte, 1};
	union file_message carried = {0};
	struct msghdr message = message_of(&part, &carried);
	int file = -1;

	MUST(recvmsg(peer, &message, MSG_CMSG_CLOEXEC) == 1);
	MUST(message.msg_controllen && carried.header.cmsg_type == SCM_RIGHTS);
	memcpy(&file, CMSG_DATA(&carried.header), sizeof(file));
	return file;
}

void fill_with(CUdeviceptr address, unsigned char value, size_t size)
{
	IS(CU(cuMemsetD8_v2)(address, value, size), CUDA_SUCCESS);
}

unsigned char byte_at(CUdeviceptr address)
{
	unsigned char value = 0;

	IS(CU(cuMemcpyDtoH_v2)(&value, address, sizeof(value)), CUDA_SUCCESS);
	return value;
}
