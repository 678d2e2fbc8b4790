/* VT_FOR_EACH(WITH, what, a, b, ...): WITH(what, a), WITH(what, b), ... up to sixteen. */
#ifndef VT_SIMULATE_FOR_EACH_H
#define VT_SIMULATE_FOR_EACH_H

#define VT_FOR_EACH(WITH, what, ...) VT_FOR_EACH_OF(VT_COUNT(__VA_ARGS__))(WITH, what, __VA_ARGS__)
#define VT_FOR_EACH_OF(count) VT_JOIN(VT_EACH_, count)
#define VT_JOIN(a, b) VT_JOIN_TOKENS(a, b)
#define VT_JOIN_TOKENS(a, b) a##b

#define VT_COUNT(...)                                                                              \
	VT_SEVENTEENTH(__VA_ARGS__, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, )
#define VT_SEVENTEENTH(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, ...) q

#define VT_EACH_1(W, x, a) W(x, a)
#define VT_EACH_2(W, x, a, ...) W(x, a), VT_EACH_1(W, x, __VA_ARGS__)
#define VT_EACH_3(W, x, a, ...) W(x, a), VT_EACH_2(W, x, __VA_ARGS__)
#define VT_EACH_4(W, x, a, ...) W(x, a), VT_EACH_3(W, x, __VA_ARGS__)
#define VT_EACH_5(W, x, a, ...) W(x, a), VT_EACH_4(W, x, __VA_ARGS__)
#define VT_EACH_6(W, x, a, ...) W(x, a), VT_EACH_5(W, x, __VA_ARGS__)
#define VT_EACH_7(W, x, a, ...) W(x, a), VT_EACH_6(W, x, __VA_ARGS__)
#define VT_EACH_8(W, x, a, ...) W(x, a), VT_EACH_7(W, x, __VA_ARGS__)
#define VT_EACH_9(W, x, a, ...) W(x, a), VT_EACH_8(W, x, __VA_ARGS__)
#define VT_EACH_10(W, x, a, ...) W(x, a), VT_EACH_9(W, x, __VA_ARGS__)
#define VT_EACH_11(W, x, a, ...) W(x, a), VT_EACH_10(W, x, __VA_ARGS__)
#define VT_EACH_12(W, x, a, ...) W(x, a), VT_EACH_11(W, x, __VA_ARGS__)
#define VT_EACH_13(W, x, a, ...) W(x, a), VT_EACH_12(W, x, __VA_ARGS__)
#define VT_EACH_14(W, x, a, ...) W(x, a), VT_EACH_13(W, x, __VA_ARGS__)
#define VT_EACH_15(W, x, a, ...) W(x, a), VT_EACH_14(W, x, __VA_ARGS__)
#define VT_EACH_16(W, x, a, ...) W(x, a), VT_EACH_15(W, x, __VA_ARGS__)

#endif
