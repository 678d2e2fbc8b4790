/*
 * A program of very many functions, and of symbols among which it is hard to choose.
 */
#ifndef FUNCTIONS
#define FUNCTIONS 40000
#endif

	.text
	.globl main
	.type main, %function
main:
	.zero 16
	.size main, . - main

/* Two names for one function, of several bindings and sizes. */
	.globl named_by_others
	.weak named_weakly
	.type named_here, %function
	.type named_by_others, %function
	.type named_weakly, %function
named_here:
named_weakly:
named_by_others:
	.zero 16
	.size named_here, 16
	.size named_by_others, 16
	.size named_weakly, 8

/* One within another. */
	.globl around
	.type around, %function
around:
	.zero 16
	.globl within
	.type within, %function
within:
	.zero 16
	.size within, 16
within_here:
	.zero 16
	.size around, . - around
	.type around_here, %function
around_here:
	.zero 8
	.type within_around_here, %function
within_around_here:
	.zero 8
	.size within_around_here, 8
	.zero 8
	.size around_here, 24

/* Without sizes, as by hand; a gap without a name behind what has one. */
	.zero 8
label_here:
	.globl label_for_others
label_for_others:
	.zero 16
	.globl later_label
later_label:
second_later_label:
	.zero 16
	.type sized, %function
sized:
	.zero 16
	.size sized, 8

/* By hand, with what an assembler of Arm adds to say where code and data begin. The last is as any other. */
	.zero 16
by_hand:
"$x":
"$d.7":
	.zero 16
"$xy":
	.zero 16

	.altmacro
	.macro function number
	.globl _ZN5model6Loader20a_function_of_many_\number\()EPKfPPvi
	.type _ZN5model6Loader20a_function_of_many_\number\()EPKfPPvi, %function
_ZN5model6Loader20a_function_of_many_\number\()EPKfPPvi:
	.zero 16
	.size _ZN5model6Loader20a_function_of_many_\number\()EPKfPPvi, 16
	.endm

	.set number, 100000
	.rept FUNCTIONS
	function %number
	.set number, number + 1
	.endr

/* In another section, behind all of that. */
	.section other_text, "ax", %progbits
	.zero 16
	.globl last_label
last_label:
	.zero 16

/* Numbers, which are no places. */
	.globl a_large_number
	.set a_large_number, 0xffffffffffffffff
	.globl zero
	.set zero, 0

	.section .note.GNU-stack, "", %progbits
