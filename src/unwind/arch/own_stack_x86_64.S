/*
 * vt__own_stack_switch(work, closure, top): calls work(closure) with the stack that ends
 * at `top`, which is aligned to 16 bytes, and comes back.
 *
 * The frame pointer leads back, for unwinders and debuggers too. gdb goes on to a lower
 * address only from a function that is called as the one of split stacks is
 * (gcc -fsplit-stack), so the switch has that name, for itself alone. Calls and returns
 * stay in pairs, so that a shadow stack (CET) agrees without being switched.
 */
	.text
	.globl	vt__own_stack_switch
	.hidden	vt__own_stack_switch
	.type	vt__own_stack_switch, @function
	.p2align 4
vt__own_stack_switch:
	.cfi_startproc
	endbr64
	jmp	__morestack
	.cfi_endproc
	.size	vt__own_stack_switch, .-vt__own_stack_switch

	.type	__morestack, @function
	.p2align 4
__morestack:
	.cfi_startproc
	pushq	%rbp
	.cfi_def_cfa_offset 16
	.cfi_offset %rbp, -16
	movq	%rsp, %rbp
	.cfi_def_cfa_register %rbp
	movq	%rdx, %rsp
	movq	%rdi, %rax
	movq	%rsi, %rdi
	call	*%rax
	leave
	.cfi_def_cfa %rsp, 8
	ret
	.cfi_endproc
	.size	__morestack, .-__morestack

	.section .note.gnu.property,"a"
	.p2align 3
	.long	4, 16, 5
	.asciz	"GNU"
	.long	0xc0000002, 4, 3, 0
	.section .note.GNU-stack,"",@progbits
