/*
 * dlsym: asks vt__dlsym_ask about names that look like CUDA's and jumps
 * to libc's dlsym for everything else. It has to jump, not call: libc takes
 * the return address for the caller, and RTLD_NEXT means "after the caller".
 */
	.text
	.globl	dlsym
	.type	dlsym, %function
	.p2align 4
dlsym:
	.cfi_startproc
	hint	#34			/* bti c */
	/* "cu", as in cuMemAlloc and cublasCreate */
	cbz	x1, .Lgo_on
	ldrb	w9, [x1]
	cmp	w9, #'c'
	b.ne	.Lgo_on
	ldrb	w9, [x1, #1]
	cmp	w9, #'u'
	b.ne	.Lgo_on
	stp	x29, x30, [sp, #-32]!
	.cfi_def_cfa_offset 32
	.cfi_offset x29, -32
	.cfi_offset x30, -24
	mov	x29, sp
	stp	x0, x1, [sp, #16]
	mov	x2, x30
	bl	vt__dlsym_ask		/* the answer in x0, whether there is one in x1 */
	mov	x9, x0
	mov	x10, x1
	ldp	x0, x1, [sp, #16]
	ldp	x29, x30, [sp], #32
	.cfi_restore x29
	.cfi_restore x30
	.cfi_def_cfa_offset 0
	cbz	x10, .Lgo_on
	mov	x0, x9
	ret
.Lgo_on:
	stp	x29, x30, [sp, #-32]!
	.cfi_def_cfa_offset 32
	.cfi_offset x29, -32
	.cfi_offset x30, -24
	mov	x29, sp
	stp	x0, x1, [sp, #16]
	bl	vt__dlsym_target
	mov	x16, x0
	ldp	x0, x1, [sp, #16]
	ldp	x29, x30, [sp], #32
	.cfi_restore x29
	.cfi_restore x30
	.cfi_def_cfa_offset 0
	br	x16
	.cfi_endproc
	.size	dlsym, .-dlsym

	.section .note.gnu.property,"a"
	.p2align 3
	.long	4, 16, 5
	.asciz	"GNU"
	.long	0xc0000000, 4, 1, 0	/* branch targets are marked (BTI) */
	.section .note.GNU-stack,"",%progbits
