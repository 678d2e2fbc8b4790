/* The kernels of the questions, in the least PTX that a device of today reads. */
#ifndef VT_CONFORMANCE_KIT_KERNELS_H
#define VT_CONFORMANCE_KIT_KERNELS_H

#define PTX_HEAD ".version 7.0\n.target sm_70\n.address_size 64\n"

/* Thread i writes to the 4096 i-th byte behind the address. */
#define PTX_TOUCH                                                                                  \
	".visible .entry touch(.param .u64 at)\n"                                                  \
	"{\n"                                                                                      \
	".reg .b32 %r<5>;\n.reg .b64 %d<4>;\n"                                                     \
	"ld.param.u64 %d1, [at];\n"                                                                \
	"mov.u32 %r1, %ctaid.x;\nmov.u32 %r2, %ntid.x;\nmov.u32 %r3, %tid.x;\n"                    \
	"mad.lo.s32 %r4, %r1, %r2, %r3;\n"                                                         \
	"mul.wide.u32 %d2, %r4, 4096;\n"                                                           \
	"add.s64 %d3, %d1, %d2;\n"                                                                 \
	"st.global.u32 [%d3], %r4;\n"                                                              \
	"ret;\n}\n"

#define PTX_EMPTY ".visible .entry empty(.param .u64 unused)\n{\nret;\n}\n"

/* Both take an index at run time, so that the array cannot be kept in registers. */
#define PTX_LOCAL                                                                                  \
	".visible .entry local(.param .u64 at)\n"                                                  \
	"{\n"                                                                                      \
	".local .align 8 .b8 room[32768];\n"                                                       \
	".reg .b64 %d<6>;\n"                                                                       \
	"ld.param.u64 %d1, [at];\n"                                                                \
	"and.b64 %d2, %d1, 32760;\n"                                                               \
	"mov.u64 %d3, room;\n"                                                                     \
	"add.s64 %d4, %d3, %d2;\n"                                                                 \
	"st.local.u64 [%d4], %d1;\n"                                                               \
	"ld.local.u64 %d5, [room];\n"                                                              \
	"st.local.u64 [%d4], %d5;\n"                                                               \
	"st.global.u64 [%d1], %d5;\n"                                                              \
	"ret;\n}\n"

#define PTX_HEAP                                                                                   \
	".extern .func (.param .b64 made) malloc(.param .b64 size);\n"                             \
	".visible .entry heap(.param .u64 unused)\n"                                               \
	"{\n"                                                                                      \
	".reg .b64 %d<3>;\n"                                                                       \
	"{\n.param .b64 size;\n.param .b64 made;\n"                                                \
	"mov.u64 %d1, 64;\n"                                                                       \
	"st.param.b64 [size], %d1;\n"                                                              \
	"call.uni (made), malloc, (size);\n"                                                       \
	"ld.param.b64 %d2, [made];\n}\n"                                                           \
	"st.global.u64 [%d2], %d1;\n"                                                              \
	"ret;\n}\n"

#define PTX_PRINT                                                                                  \
	".extern .func (.param .b32 done) vprintf(.param .b64 text, .param .b64 values);\n"        \
	".global .align 1 .b8 words[2] = {0, 0};\n"                                                \
	".visible .entry print(.param .u64 unused)\n"                                              \
	"{\n"                                                                                      \
	".reg .b64 %d<3>;\n.reg .b32 %r<2>;\n"                                                     \
	"{\n.param .b64 text;\n.param .b64 values;\n.param .b32 done;\n"                           \
	"mov.u64 %d1, words;\n"                                                                    \
	"cvta.global.u64 %d2, %d1;\n"                                                              \
	"st.param.b64 [text], %d2;\n"                                                              \
	"mov.u64 %d1, 0;\n"                                                                        \
	"st.param.b64 [values], %d1;\n"                                                            \
	"call.uni (done), vprintf, (text, values);\n"                                              \
	"ld.param.b32 %r1, [done];\n}\n"                                                           \
	"ret;\n}\n"

/* 64 MiB of a variable, and a kernel that uses it. */
#define PTX_GLOBAL                                                                                 \
	".visible .global .align 4 .b8 room[67108864];\n"                                          \
	".visible .entry fill(.param .u64 unused)\n"                                               \
	"{\n"                                                                                      \
	".reg .b64 %d<2>;\n"                                                                       \
	"ld.param.u64 %d1, [unused];\n"                                                            \
	"st.global.u64 [room], %d1;\n"                                                             \
	"ret;\n}\n"

#endif
