/*
 * Charges: bytes of a device that no allocation call names (recording/format_statement.h), and
 * what an account is made of.
 *
 * The functions that take a ledger are thread-safe, as those of ledger/ledger.h are; none sets
 * errno. Without a recording they do nothing.
 */
#ifndef VT_LEDGER_CHARGES_H
#define VT_LEDGER_CHARGES_H

#include <stdbool.h>
#include <stdint.h>

#include "ledger/ledger.h"

#define VT__CHARGES_MOST 4096u /* of a recording; further sites are one without a stack */

struct vt__charge {
	int32_t device;   /* ordinal */
	uint64_t context; /* CUcontext that it ends with */
	enum vt_charge what;
	const char *api; /* static string */
	uint32_t stack;  /* vt__ledger_stack_number() */
	uint64_t bytes;
	bool is_computed;
	bool is_shared; /* others may have moved the driver's number */
	uint32_t calls;
	uint32_t moved; /* of these, those that moved it */
};

/* The number of the stack's record; VT_FORMAT_NONE when it could not be kept. */
uint32_t vt__ledger_stack_number(struct vt__ledger *ledger, const struct vt__stack *stack);

/* The number of the stack at which an allocation was made that was taken out. */
uint32_t vt__ledger_stack_of(struct vt__ledger *ledger, const struct vt__taken *taken);

/* Adds to the charge of that site. */
void vt__ledger_charge(struct vt__ledger *ledger, const struct vt__charge *charge);

/* So many bytes of that kind and context came back: from the site of `stack` first, then from the
 * largest others. What nobody was charged with is passed over. */
void vt__ledger_uncharge(struct vt__ledger *ledger, enum vt_charge what, uint64_t context,
			 uint32_t stack, uint64_t bytes);

/* The same; within a change of the recording. */
void vt__charges_take_off(struct vt__ledger *ledger, enum vt_charge what, uint64_t context,
			  uint32_t stack, uint64_t bytes);

/* Adds to what arrays of a call site are charged, of which no call is looked at; within a change of
 * the recording. */
void vt__charges_add_array(struct vt__ledger *ledger, const struct vt_format_site *site,
			   uint64_t context, uint64_t bytes);

/* The context ended. */
void vt__ledger_charges_end(struct vt__ledger *ledger, uint64_t context);

/* Enters who holds what of the device now, of account number `account`; in place of what was
 * entered for that account before. Within a change of the recording. */
void vt__charges_state(struct vt__ledger *ledger, uint32_t device, uint32_t account);

/* The same of the purposes that were said; `scratch`: of vt__holders_scratch(), NULL: nothing. */
void vt__purposes_state(struct vt__ledger *ledger, uint32_t device, uint32_t account,
			void *scratch);

#endif
