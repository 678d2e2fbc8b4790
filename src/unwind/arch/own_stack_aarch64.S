/*
 * vt__own_stack_switch(work, closure, top): calls work(closure) with the stack that ends
 * at `top`, which is aligned to 16 bytes, and comes back.
 *
 * The frame record leads back, for unwinders and debuggers too: own_stack_x86_64.S says why
 * the function has the name that it has.
 */
	.text
	.globl	vt__own_stack_switch
	.hidden	vt__own_stack_switch
	.type	vt__own_stack_switch, %function
	.p2align 4
vt__own_stack_switch:
	.cfi_startproc
	hint	#34			/* bti c */
	b	__morestack
	.cfi_endproc
	.size	vt__own_stack_switch, .-vt__own_stack_switch

	.type	__morestack, %function
	.p2align 4
__morestack:
	.cfi_startproc
	hint	#34
	stp	x29, x30, [sp, #-16]!
	.cfi_def_cfa_offset 16
	.cfi_offset x29, -16
	.cfi_offset x30, -8
	mov	x29, sp
	.cfi_def_cfa_register x29
	mov	sp, x2
	mov	x9, x0
	mov	x0, x1
	blr	x9
	mov	sp, x29
	.cfi_def_cfa_register sp
	ldp	x29, x30, [sp], #16
	.cfi_restore x29
	.cfi_restore x30
	.cfi_def_cfa_offset 0
	ret
	.cfi_endproc
	.size	__morestack, .-__morestack

	.section .note.gnu.property,"a"
	.p2align 3
	.long	4, 16, 5
	.asciz	"GNU"
	.long	0xc0000000, 4, 1, 0	/* branch targets are marked (BTI) */
	.section .note.GNU-stack,"",%progbits
