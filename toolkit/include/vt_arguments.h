/* Makes of pairs (type, name), (type, name), ... the arguments of a function or the fields of a
 * struct; one to sixteen pairs. */
#ifndef VT_TOOLKIT_ARGUMENTS_H
#define VT_TOOLKIT_ARGUMENTS_H

#define VT_PAIR(type, name) type name

#define VT_ARGUMENTS(...) VT_PAIRS(VT_ARGUMENT_, __VA_ARGS__)
#define VT_FIELDS(...) VT_PAIRS(VT_FIELD_, __VA_ARGS__)
#define VT_PAIRS(what, ...)                                                                        \
	VT_SEVENTEENTH(__VA_ARGS__, what##16, what##15, what##14, what##13, what##12, what##11,    \
		       what##10, what##9, what##8, what##7, what##6, what##5, what##4, what##3,    \
		       what##2, what##1, )                                                         \
	(__VA_ARGS__)
#define VT_SEVENTEENTH(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, ...) q

#define VT_ARGUMENT_1(a) VT_PAIR a
#define VT_ARGUMENT_2(a, ...) VT_PAIR a, VT_ARGUMENT_1(__VA_ARGS__)
#define VT_ARGUMENT_3(a, ...) VT_PAIR a, VT_ARGUMENT_2(__VA_ARGS__)
#define VT_ARGUMENT_4(a, ...) VT_PAIR a, VT_ARGUMENT_3(__VA_ARGS__)
#define VT_ARGUMENT_5(a, ...) VT_PAIR a, VT_ARGUMENT_4(__VA_ARGS__)
#define VT_ARGUMENT_6(a, ...) VT_PAIR a, VT_ARGUMENT_5(__VA_ARGS__)
#define VT_ARGUMENT_7(a, ...) VT_PAIR a, VT_ARGUMENT_6(__VA_ARGS__)
#define VT_ARGUMENT_8(a, ...) VT_PAIR a, VT_ARGUMENT_7(__VA_ARGS__)
#define VT_ARGUMENT_9(a, ...) VT_PAIR a, VT_ARGUMENT_8(__VA_ARGS__)
#define VT_ARGUMENT_10(a, ...) VT_PAIR a, VT_ARGUMENT_9(__VA_ARGS__)
#define VT_ARGUMENT_11(a, ...) VT_PAIR a, VT_ARGUMENT_10(__VA_ARGS__)
#define VT_ARGUMENT_12(a, ...) VT_PAIR a, VT_ARGUMENT_11(__VA_ARGS__)
#define VT_ARGUMENT_13(a, ...) VT_PAIR a, VT_ARGUMENT_12(__VA_ARGS__)
#define VT_ARGUMENT_14(a, ...) VT_PAIR a, VT_ARGUMENT_13(__VA_ARGS__)
#define VT_ARGUMENT_15(a, ...) VT_PAIR a, VT_ARGUMENT_14(__VA_ARGS__)
#define VT_ARGUMENT_16(a, ...) VT_PAIR a, VT_ARGUMENT_15(__VA_ARGS__)

/* clang-format off */
#define VT_FIELD_1(a) VT_PAIR a;
#define VT_FIELD_2(a, ...) VT_PAIR a; VT_FIELD_1(__VA_ARGS__)
#define VT_FIELD_3(a, ...) VT_PAIR a; VT_FIELD_2(__VA_ARGS__)
#define VT_FIELD_4(a, ...) VT_PAIR a; VT_FIELD_3(__VA_ARGS__)
#define VT_FIELD_5(a, ...) VT_PAIR a; VT_FIELD_4(__VA_ARGS__)
#define VT_FIELD_6(a, ...) VT_PAIR a; VT_FIELD_5(__VA_ARGS__)
#define VT_FIELD_7(a, ...) VT_PAIR a; VT_FIELD_6(__VA_ARGS__)
#define VT_FIELD_8(a, ...) VT_PAIR a; VT_FIELD_7(__VA_ARGS__)
#define VT_FIELD_9(a, ...) VT_PAIR a; VT_FIELD_8(__VA_ARGS__)
#define VT_FIELD_10(a, ...) VT_PAIR a; VT_FIELD_9(__VA_ARGS__)
#define VT_FIELD_11(a, ...) VT_PAIR a; VT_FIELD_10(__VA_ARGS__)
#define VT_FIELD_12(a, ...) VT_PAIR a; VT_FIELD_11(__VA_ARGS__)
#define VT_FIELD_13(a, ...) VT_PAIR a; VT_FIELD_12(__VA_ARGS__)
#define VT_FIELD_14(a, ...) VT_PAIR a; VT_FIELD_13(__VA_ARGS__)
#define VT_FIELD_15(a, ...) VT_PAIR a; VT_FIELD_14(__VA_ARGS__)
#define VT_FIELD_16(a, ...) VT_PAIR a; VT_FIELD_15(__VA_ARGS__)
/* clang-format on */

#endif
