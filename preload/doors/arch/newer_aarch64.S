/*
 * The stubs of newer.c, 32 bytes each: vt__newer_called(number), then on to the
 * driver with all that may carry an argument as it was. They jump and do not
 * call, so that arguments on the stack lie where the driver looks for them.
 */
	.text
	.globl	vt__newer_stubs
	.hidden	vt__newer_stubs
	.p2align 5
	.cfi_startproc
vt__newer_stubs:
	.set number, 0
	.rept 64
	.p2align 5
	hint	#34			/* bti c */
	mov	x17, #number
	b	.Lcalled
	.set number, number + 1
	.endr
	.p2align 5
.Lcalled:
	stp	x29, x30, [sp, #-224]!
	.cfi_def_cfa_offset 224
	.cfi_offset x29, -224
	.cfi_offset x30, -216
	mov	x29, sp
	stp	x0, x1, [sp, #16]
	stp	x2, x3, [sp, #32]
	stp	x4, x5, [sp, #48]
	stp	x6, x7, [sp, #64]
	str	x8, [sp, #80]
	stp	q0, q1, [sp, #96]
	stp	q2, q3, [sp, #128]
	stp	q4, q5, [sp, #160]
	stp	q6, q7, [sp, #192]
	mov	x0, x17
	bl	vt__newer_called
	mov	x16, x0
	ldp	q0, q1, [sp, #96]
	ldp	q2, q3, [sp, #128]
	ldp	q4, q5, [sp, #160]
	ldp	q6, q7, [sp, #192]
	ldr	x8, [sp, #80]
	ldp	x6, x7, [sp, #64]
	ldp	x4, x5, [sp, #48]
	ldp	x2, x3, [sp, #32]
	ldp	x0, x1, [sp, #16]
	ldp	x29, x30, [sp], #224
	.cfi_restore x29
	.cfi_restore x30
	.cfi_def_cfa_offset 0
	br	x16
	.cfi_endproc

	.section .note.gnu.property,"a"
	.p2align 3
	.long	4, 16, 5
	.asciz	"GNU"
	.long	0xc0000000, 4, 1, 0	/* branch targets are marked (BTI) */
	.section .note.GNU-stack,"",%progbits
