/* The threads that made a recorded call, for what they have under way when the process ends. */
#include "config.h"

#include "preload/base/attributes.h"
#include "preload/recorder/process.h"
#include "preload/recorder/threads.h"

/* In the list of the process state, which a forked child finds empty. */
struct vt__met_thread {
	const uintptr_t *inside;
	struct vt__met_thread *next;
};

static VT__THREAD_LOCAL struct vt__met_thread self;

void vt__threads_meet(const uintptr_t *inside)
{
	struct vt__process_state *process = vt__process_get();

	if (!process || !vt__lock_take(&process->threads_lock))
		return;
	self.inside = inside;
	self.next = process->threads;
	process->threads = &self;
	vt__lock_give(&process->threads_lock);
}

/* Without the lock it stays in the list of a process whose lock is lost; nobody reads that. */
void vt__threads_part(void)
{
	struct vt__process_state *process = atomic_load(&vt__process_state);
	struct vt__met_thread **link;

	if (!process || !vt__lock_take(&process->threads_lock))
		return;
	link = &process->threads;
	while (*link && *link != &self)
		link = &(*link)->next;
	if (*link)
		*link = self.next;
	vt__lock_give(&process->threads_lock);
}

/* The owner stores to it as to any variable of its own. */
VT__READS_FOREIGN static bool is_inside(const struct vt__met_thread *thread)
{
	return __atomic_load_n(thread->inside, __ATOMIC_RELAXED) != 0;
}

unsigned vt__threads_inside(void)
{
	struct vt__process_state *process = atomic_load(&vt__process_state);
	unsigned count = 0;

	if (!process || !vt__lock_take(&process->threads_lock))
		return 0;
	for (const struct vt__met_thread *thread = process->threads; thread; thread = thread->next)
		count += thread != &self && is_inside(thread);
	vt__lock_give(&process->threads_lock);
	return count;
}
