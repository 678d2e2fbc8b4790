/*
 * A program that others do something to on a real GPU: coexist CASE [ARGUMENT...]
 *   leaks            allocates 3 MiB by the runtime, frees 1
 *   state            what the driver says of this process, by itself, at each step of a checkpoint
 *   itself           the same without a word: checkpoints itself and goes on
 *   ends STATE       ends `locked` or `away`
 *   parent           a child has 256 MiB, the parent moves it off the card until a line is read
 *   child_ends       the child ends while it is off the card
 *   waits            has 256 MiB, says its process id, and ends when a line is read
 *   move PID away|back
 */
#include <cuda.h>
#include <cuda_runtime.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static const size_t MIB = 1u << 20;

#define MUST(call)                                                                                 \
	do {                                                                                       \
		int must_result = static_cast<int>(call);                                          \
		if (must_result != 0) {                                                            \
			fprintf(stderr, "%s gave %d\n", #call, must_result);                       \
			exit(99);                                                                  \
		}                                                                                  \
	} while (0)

static void *take(size_t mib)
{
	void *memory;

	MUST(cudaMalloc(&memory, mib * MIB));
	MUST(cudaMemset(memory, 42, mib * MIB));
	MUST(cudaDeviceSynchronize());
	return memory;
}

static void must_hold(void *memory)
{
	char byte = 0;

	MUST(cudaMemcpy(&byte, memory, 1, cudaMemcpyDeviceToHost));
	MUST(byte != 42);
}

static int leaks()
{
	void *kept[3];

	for (void *&one : kept)
		one = take(1);
	MUST(cudaFree(kept[1]));
	puts("done");
	return 0;
}

static void say_state(const char *when)
{
	auto begin = std::chrono::steady_clock::now();
	CUprocessState state = CU_PROCESS_STATE_RUNNING;
	int result = cuCheckpointProcessGetState(getpid(), &state);
	auto end = std::chrono::steady_clock::now();

	printf("%s: result %d state %d in %lld us\n", when, result, static_cast<int>(state),
	       static_cast<long long>(
		       std::chrono::duration_cast<std::chrono::microseconds>(end - begin).count()));
	fflush(stdout);
}

__attribute__((noinline)) static void move_away(int pid)
{
	CUcheckpointCheckpointArgs checkpoint = {};
	CUcheckpointLockArgs lock = {};

	MUST(cuCheckpointProcessLock(pid, &lock));
	MUST(cuCheckpointProcessCheckpoint(pid, &checkpoint));
}

__attribute__((noinline)) static void move_back(int pid)
{
	CUcheckpointRestoreArgs restore = {};
	CUcheckpointUnlockArgs unlock = {};

	MUST(cuCheckpointProcessRestore(pid, &restore));
	MUST(cuCheckpointProcessUnlock(pid, &unlock));
}

static int itself(bool says)
{
	CUcheckpointCheckpointArgs checkpoint = {};
	CUcheckpointRestoreArgs restore = {};
	CUcheckpointUnlockArgs unlock = {};
	CUcheckpointLockArgs lock = {};
	void *memory = take(256);

	if (!says) {
		move_away(getpid());
		move_back(getpid());
		must_hold(memory);
		puts("restored");
		return 0;
	}
	say_state("running");
	say_state("running, again");
	MUST(cuCheckpointProcessLock(getpid(), &lock));
	say_state("locked");
	MUST(cuCheckpointProcessCheckpoint(getpid(), &checkpoint));
	say_state("away");
	fflush(stdout);
	printf("devices open: %d\n",
	       WEXITSTATUS(system("ls -l /proc/$PPID/fd | grep -q /dev/nv")) == 0);
	MUST(cuCheckpointProcessRestore(getpid(), &restore));
	MUST(cuCheckpointProcessUnlock(getpid(), &unlock));
	must_hold(memory);
	puts("restored");
	return 0;
}

static int ends(const char *state)
{
	CUcheckpointLockArgs lock = {};

	take(256);
	if (!strcmp(state, "away"))
		move_away(getpid());
	else
		MUST(cuCheckpointProcessLock(getpid(), &lock));
	puts(state);
	return 0;
}

static int from_child[2], to_child[2];

static void say(int end)
{
	MUST(write(end, "x", 1) != 1);
}

static void hear(int end)
{
	char byte;

	MUST(read(end, &byte, 1) != 1);
}

static int start_child(bool goes_on)
{
	int pid;

	MUST(pipe(from_child) || pipe(to_child));
	fflush(nullptr);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		void *memory = take(256);
		say(from_child[1]);
		hear(to_child[0]);
		if (goes_on)
			must_hold(memory);
		exit(0);
	}
	hear(from_child[0]);
	return pid;
}

static int end_child(int pid)
{
	int status;

	say(to_child[1]);
	MUST(waitpid(pid, &status, 0) != pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static size_t free_bytes()
{
	size_t free_now, total;

	MUST(cudaMemGetInfo(&free_now, &total));
	return free_now;
}

static int parent()
{
	int pid = start_child(true);
	size_t before = free_bytes(), away;

	move_away(pid);
	away = free_bytes();
	printf("%d %zu\n", pid, away > before ? (away - before) / MIB : 0);
	fflush(stdout);
	while (getchar() != '\n' && !feof(stdin))
		;
	move_back(pid);
	return end_child(pid);
}

static int child_ends()
{
	int pid = start_child(false);

	MUST(cuInit(0));
	move_away(pid);
	printf("child gave %d\n", end_child(pid));
	return 0;
}

static int waits()
{
	void *memory = take(256);

	printf("%d\n", getpid());
	fflush(stdout);
	while (getchar() != '\n' && !feof(stdin))
		;
	must_hold(memory);
	puts("goes on");
	return 0;
}

int main(int, char **arguments)
{
	const std::string name = arguments[1] ? arguments[1] : "";

	if (name == "leaks")
		return leaks();
	if (name == "state" || name == "itself")
		return itself(name == "state");
	if (name == "ends" && arguments[2])
		return ends(arguments[2]);
	if (name == "parent")
		return parent();
	if (name == "child_ends")
		return child_ends();
	if (name == "waits")
		return waits();
	if (name == "move" && arguments[2] && arguments[3]) {
		MUST(cuInit(0));
		(strcmp(arguments[3], "away") ? move_back : move_away)(atoi(arguments[2]));
		return 0;
	}
	return 98;
}
