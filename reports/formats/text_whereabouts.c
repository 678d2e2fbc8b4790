/*
 * Text report on addresses: whose memory lies there, or lay there; and those in the registers of a
 * GPU core dump.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>

#include "reports/findings/whereabouts.h"
#include "reports/formats/text.h"
#include "reports/formats/whereabouts_writer.h"
#include "reports/text/units.h"

/* An address in a register is worth a line so near to memory that is known. */
#define NEAR ((uint64_t)64 << 20)
#define THREADS_SHOWN 4

/* "1.0 KiB past the end of 4.0 MiB of device memory on GPU 0 at 0x7f00, freed at f, allocated at g"
 */
static int write_memory(struct vt__text *text, const struct vt__whereabouts *memory)
{
	static const char *const words[] = {
		[VT__WHERE_INSIDE] = "into",
		[VT__WHERE_PAST] = "past the end of",
		[VT__WHERE_BEFORE] = "before the start of",
	};
	const struct vt_format_site *site = vt__recording_site(text->process->recording,
							       memory->site);
	char distance[VT__UNIT_BYTES], bytes[VT__UNIT_BYTES];
	int error;

	fprintf(text->out, "%s %s %s", vt__bytes(memory->distance, distance), words[memory->where],
		vt__bytes(memory->bytes, bytes));
	vt__text_place(text, site->kind, site->device);
	fprintf(text->out, " at 0x%" PRIx64, memory->start);
	fputs(!memory->freed  ? ", live"
	      : memory->reset ? ", freed by the end of its context"
			      : ", freed",
	      text->out);
	error = vt__text_titled_site(text, memory->reset ? ", freed at " : " at ",
				     memory->free_stack);
	if (memory->fenced)
		fputs(", out of use since", text->out);
	if (!error)
		error = vt__text_titled_site(text, ", allocated at ", site->stack);
	fputc('\n', text->out);
	return error;
}

static int write_address(struct vt__text *text, const struct vt__whereabouts_index *index,
			 uint64_t address)
{
	struct vt__whereabouts found[VT__WHEREABOUTS_MOST];
	const size_t count = vt__whereabouts(index, address, found);
	int error = 0;

	if (!count)
		fprintf(text->out, "  0x%" PRIx64 ": no memory is known to this recording\n",
			address);
	for (size_t i = 0; !error && i < count; i++) {
		fprintf(text->out, "  0x%" PRIx64 ": ", address);
		error = write_memory(text, &found[i]);
	}
	return error;
}

/* Registers whose values say something: addresses of freed memory, or past what is live. */
static int write_registers(struct vt__text *text, const struct vt__whereabouts_index *index,
			   const struct vt__core_thread *thread)
{
	struct vt__whereabouts found[VT__WHEREABOUTS_MOST];
	size_t shown = 0;
	int error = 0;

	/* live memory last: it is what most registers point to */
	for (int live = 0; !error && live < 2; live++) {
		for (uint32_t i = 0; !error && i + 1 < thread->register_count; i += 2) {
			const uint64_t value = (uint64_t)thread->registers[i + 1] << 32 |
					       thread->registers[i];
			const size_t count = value >> 32 ? vt__whereabouts(index, value, found) : 0;
			const bool is_live = count && found[0].where == VT__WHERE_INSIDE &&
					     !found[0].freed;

			if (!count || is_live != live ||
			    (found[0].where != VT__WHERE_INSIDE && found[0].distance > NEAR))
				continue;
			fprintf(text->out, "    R%" PRIu32 ": 0x%" PRIx64 ": ", i, value);
			error = write_memory(text, &found[0]);
			shown++;
		}
	}
	if (!error && !shown)
		fputs("    no register has an address in or near memory that this recording knows\n",
		      text->out);
	return error;
}

/* Where no thread tells more. */
static void write_processors(struct vt__text *text, const struct vt__core_dump *dump)
{
	if (!dump->processor_count)
		fputs("  core dump: no thread with an exception is in it\n", text->out);
	for (size_t i = 0; i < dump->processor_count; i++) {
		const struct vt__core_processor *processor = &dump->processors[i];

		fprintf(text->out, "  core dump: %s (%" PRIu32 ")",
			vt__core_exception(processor->exception), processor->exception);
		if (processor->pc)
			fprintf(text->out, " at PC 0x%" PRIx64, processor->pc);
		fprintf(text->out,
			" on multiprocessor %" PRIu64
			"; no thread of it is in the dump, so nor is an "
			"address\n",
			processor->number);
	}
}

static int write_dump(struct vt__text *text, const struct vt__whereabouts_index *index,
		      const struct vt__core_dump *dump)
{
	int error = 0;

	if (!dump->all)
		write_processors(text, dump);
	for (size_t i = 0; !error && i < dump->count && i < vt__text_limit(text, THREADS_SHOWN);
	     i++) {
		const struct vt__core_thread *thread = &dump->threads[i];

		fprintf(text->out,
			"  core dump: %s (%" PRIu32 ") at PC 0x%" PRIx64 ", thread (%" PRIu32
			",%" PRIu32 ",%" PRIu32 ") of block (%" PRIu32 ",%" PRIu32 ",%" PRIu32
			"); its registers:\n",
			vt__core_exception(thread->exception), thread->exception, thread->pc,
			thread->thread[0], thread->thread[1], thread->thread[2], thread->block[0],
			thread->block[1], thread->block[2]);
		error = write_registers(text, index, thread);
	}
	if (!error && dump->all > vt__text_limit(text, THREADS_SHOWN))
		fprintf(text->out, "  %zu threads met an exception in all\n", dump->all);
	return error;
}

int vt__whereabouts_text(struct vt__text *text, const struct vt__analysis *analysis)
{
	const struct vt__asked *asked = analysis->asked;
	struct vt__whereabouts_index *index;
	int error = 0;

	for (size_t i = 0; !error && i < analysis->process_count; i++) {
		text->process = &analysis->processes[i];
		index = vt__whereabouts_index_new(text->process);
		if (!index)
			return -ENOMEM;
		vt__text_process_brief(text);
		fputc('\n', text->out);
		for (size_t a = 0; !error && a < asked->count; a++)
			error = write_address(text, index, asked->addresses[a]);
		if (!error && asked->dump)
			error = write_dump(text, index, asked->dump);
		vt__whereabouts_index_free(index);
	}
	return error;
}
