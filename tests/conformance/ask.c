/* Answers, and what a question takes: memory marks and blocked streams. */
#include <pthread.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "probe.h"

static size_t marked;
static pthread_t blocker;
static sem_t reached, go_on;

void answer(const char *what, const char *format, ...)
{
	va_list values;

	printf("%s\t%s\t", probe_id(), what);
	va_start(values, format);
	vprintf(format, values);
	va_end(values);
	putchar('\n');
	fflush(stdout);
}

void answer_result(const char *what, int result)
{
	answer(what, "%d", result);
}

void answer_bytes(const char *what, long long bytes)
{
	answer(what, "%lld", bytes);
}

void answer_if(const char *what, bool yes)
{
	answer(what, "%s", yes ? "yes" : "no");
}

void must(const char *call, int result)
{
	if (!result)
		return;
	answer("setup", "%s: %d", call, result);
	exit(0);
}

static size_t free_bytes(void)
{
	size_t free = 0, total;

	MUST(cudaMemGetInfo(&free, &total));
	return free;
}

void mark(void)
{
	MUST(cudaFree(NULL));
	marked = free_bytes();
}

long long taken(void)
{
	return (long long)marked - (long long)free_bytes();
}

static void CUDART_CB wait_inside(void *unused)
{
	(void)unused;
	sem_post(&reached);
	sem_wait(&go_on);
}

static void *launch(void *stream)
{
	MUST(cudaLaunchHostFunc(stream, wait_inside, NULL));
	return NULL;
}

void block(cudaStream_t stream)
{
	sem_init(&reached, 0, 0);
	sem_init(&go_on, 0, 0);
	MUST(pthread_create(&blocker, NULL, launch, stream));
	sem_wait(&reached);
}

void unblock(void)
{
	sem_post(&go_on);
	pthread_join(blocker, NULL);
}
