/*
 * Reads a GPU core dump: an ELF file whose sections are tables of warps, threads and registers,
 * each linked to the table that it belongs to.
 */
#include "config.h"

#include "reports/findings/core_dump.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CUDA_MACHINE 0xbe

/* Types of sections, from SHT_LOUSER on. */
enum {
	REGISTERS = 5,
	PROCESSOR_TABLE = 11,
	CTA_TABLE = 13,
	WARP_TABLE = 14,
	THREAD_TABLE = 15
};

/* Offsets in the rows of tables, whose length grows from version to version. */
enum {
	PROCESSOR_NUMBER = 0,
	PROCESSOR_EXCEPTION = 8,
	PROCESSOR_PC_VALID = 12,
	PROCESSOR_PC = 16,
	PROCESSOR_BYTES = 24,
	CTA_BLOCK = 8,
	CTA_BYTES = 20,
	WARP_PC = 0,
	WARP_ACTIVE = 16,
	WARP_PC_VALID = 24,
	WARP_BYTES = 28,
	THREAD_PC = 0,
	THREAD_LANE = 16,
	THREAD_INDEX = 20,
	THREAD_EXCEPTION = 32,
	THREAD_BYTES = 36
};

static const char *const exceptions[] = {
	[1] = "Lane Illegal Address",
	[2] = "Lane User Stack Overflow",
	[3] = "Device Hardware Stack Overflow",
	[4] = "Warp Illegal Instruction",
	[5] = "Warp Out-of-range Address",
	[6] = "Warp Misaligned Address",
	[7] = "Warp Invalid Address Space",
	[8] = "Warp Invalid PC",
	[9] = "Warp Hardware Stack Overflow",
	[10] = "Device Illegal Address",
	[11] = "Lane Misaligned Address",
	[12] = "Warp Assert",
	[13] = "Lane Syscall Error",
	[14] = "Warp Illegal Address",
};

const char *vt__core_exception(uint32_t exception)
{
	const char *name = exception < sizeof(exceptions) / sizeof(*exceptions)
				   ? exceptions[exception]
				   : NULL;

	return name ? name : "unknown exception";
}

/* A row of a table: `bytes` of it at least; NULL: it is not there. */
static const unsigned char *row_of(Elf *elf, size_t section, uint64_t number, size_t bytes)
{
	Elf_Scn *scn = elf_getscn(elf, section);
	GElf_Shdr header;
	Elf_Data *data;

	if (!scn || !gelf_getshdr(scn, &header) || header.sh_entsize < bytes)
		return NULL;
	data = elf_rawdata(scn, NULL);
	if (!data || !data->d_buf || number >= data->d_size / header.sh_entsize)
		return NULL;
	return (const unsigned char *)data->d_buf + number * header.sh_entsize;
}

static uint32_t word_at(const unsigned char *row, size_t offset)
{
	uint32_t word;

	memcpy(&word, row + offset, sizeof(word));
	return word;
}

static uint64_t long_at(const unsigned char *row, size_t offset)
{
	uint64_t word;

	memcpy(&word, row + offset, sizeof(word));
	return word;
}

static bool is_table(const GElf_Shdr *header, unsigned type)
{
	return header->sh_type == SHT_LOUSER + type;
}

static void read_registers(Elf *elf, size_t table, uint64_t number, struct vt__core_thread *thread)
{
	Elf_Scn *scn = NULL;
	GElf_Shdr header;
	Elf_Data *data;

	while ((scn = elf_nextscn(elf, scn))) {
		if (!gelf_getshdr(scn, &header) || !is_table(&header, REGISTERS) ||
		    header.sh_link != table || header.sh_info != number)
			continue;
		data = elf_rawdata(scn, NULL);
		if (!data || !data->d_buf)
			return;
		thread->register_count = (uint32_t)(data->d_size / sizeof(uint32_t));
		if (thread->register_count > VT__CORE_REGISTERS_MOST)
			thread->register_count = VT__CORE_REGISTERS_MOST;
		memcpy(thread->registers, data->d_buf, thread->register_count * sizeof(uint32_t));
		return;
	}
}

/* The tables that a table of threads belongs to. */
struct owners {
	const unsigned char *warp, *block; /* NULL: not there */
};

static struct owners owners_of(Elf *elf, const GElf_Shdr *threads)
{
	struct owners owners = {row_of(elf, threads->sh_link, threads->sh_info, WARP_BYTES), NULL};
	Elf_Scn *scn = elf_getscn(elf, threads->sh_link);
	GElf_Shdr header;

	if (scn && gelf_getshdr(scn, &header) && is_table(&header, WARP_TABLE))
		owners.block = row_of(elf, header.sh_link, header.sh_info, CTA_BYTES);
	else
		owners.warp = NULL;
	return owners;
}

/* Whether the thread met an exception: its own, or it was active when its warp did. */
static bool is_faulting(const unsigned char *row, const struct owners *owners)
{
	const uint32_t lane = word_at(row, THREAD_LANE);

	if (word_at(row, THREAD_EXCEPTION))
		return true;
	return owners->warp && word_at(owners->warp, WARP_PC_VALID) && lane < 32 &&
	       word_at(owners->warp, WARP_ACTIVE) >> lane & 1;
}

static void read_thread(Elf *elf, size_t table, uint64_t number, const unsigned char *row,
			const struct owners *owners, struct vt__core_thread *out)
{
	const bool warp_pc = owners->warp && word_at(owners->warp, WARP_PC_VALID);

	memset(out, 0, sizeof(*out));
	out->exception = word_at(row, THREAD_EXCEPTION);
	out->pc = warp_pc ? long_at(owners->warp, WARP_PC) : long_at(row, THREAD_PC);
	memcpy(out->thread, row + THREAD_INDEX, sizeof(out->thread));
	if (owners->block)
		memcpy(out->block, owners->block + CTA_BLOCK, sizeof(out->block));
	read_registers(elf, table, number, out);
}

static void read_threads(Elf *elf, Elf_Scn *scn, const GElf_Shdr *header, struct vt__core_dump *out)
{
	const size_t table = elf_ndxscn(scn);
	const struct owners owners = owners_of(elf, header);
	const unsigned char *row;

	for (uint64_t i = 0; (row = row_of(elf, table, i, THREAD_BYTES)); i++) {
		if (!is_faulting(row, &owners))
			continue;
		if (out->all++ < VT__CORE_THREADS_MOST)
			read_thread(elf, table, i, row, &owners, &out->threads[out->count++]);
	}
}

static void read_processors(Elf *elf, Elf_Scn *scn, struct vt__core_dump *out)
{
	const size_t table = elf_ndxscn(scn);
	const unsigned char *row;

	for (uint64_t i = 0; (row = row_of(elf, table, i, PROCESSOR_BYTES)) &&
			     out->processor_count < VT__CORE_PROCESSORS_MOST;
	     i++) {
		if (!word_at(row, PROCESSOR_EXCEPTION))
			continue;
		out->processors[out->processor_count++] = (struct vt__core_processor){
			.number = long_at(row, PROCESSOR_NUMBER),
			.exception = word_at(row, PROCESSOR_EXCEPTION),
			.pc = word_at(row, PROCESSOR_PC_VALID) ? long_at(row, PROCESSOR_PC) : 0,
		};
	}
}

static int refuse(const char *path, const char *why, int error, char message[VT__MESSAGE_BYTES])
{
	snprintf(message, VT__MESSAGE_BYTES, "%s: %s", path, why);
	return error;
}

static int read_elf(Elf *elf, const char *path, struct vt__core_dump *out,
		    char message[VT__MESSAGE_BYTES])
{
	Elf_Scn *scn = NULL;
	GElf_Ehdr header;
	GElf_Shdr section;

	if (!elf || elf_kind(elf) != ELF_K_ELF || !gelf_getehdr(elf, &header) ||
	    header.e_machine != CUDA_MACHINE || header.e_type != ET_CORE)
		return refuse(path,
			      "is no GPU core dump: one is written where "
			      "CUDA_ENABLE_COREDUMP_ON_EXCEPTION=1 is set",
			      -EINVAL, message);
	out->threads = calloc(VT__CORE_THREADS_MOST, sizeof(*out->threads));
	if (!out->threads)
		return refuse(path, strerror(ENOMEM), -ENOMEM, message);
	while ((scn = elf_nextscn(elf, scn))) {
		if (!gelf_getshdr(scn, &section))
			continue;
		if (is_table(&section, THREAD_TABLE))
			read_threads(elf, scn, &section, out);
		else if (is_table(&section, PROCESSOR_TABLE))
			read_processors(elf, scn, out);
	}
	return 0;
}

int vt__core_dump_read(const char *path, struct vt__core_dump *out, char message[VT__MESSAGE_BYTES])
{
	const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	Elf *elf;
	int error;

	*out = (struct vt__core_dump){.threads = NULL};
	if (file < 0) {
		error = errno;
		return refuse(path, strerror(error), -error, message);
	}
	elf_version(EV_CURRENT);
	elf = elf_begin(file, ELF_C_READ, NULL);
	error = read_elf(elf, path, out, message);
	elf_end(elf);
	close(file);
	return error;
}

void vt__core_dump_release(struct vt__core_dump *dump)
{
	free(dump->threads);
	dump->threads = NULL;
}
