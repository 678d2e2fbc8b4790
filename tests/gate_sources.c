/*
 * Functions whose source file has the worst name that a compiler takes: names
 * like it come out of recordings too.
 */
#include "config.h"

#include "tests/gate_sample.h"

#line 12 "/srv/app/src/a|b `c` <script>]]>&\"q', @me: 100%\nx\033[31m\377.c"
__attribute__((noinline)) int gate_sample_load(int number)
{
	__asm__ volatile("" : "+r"(number));
	return number + 1;
}

#line 34 "/srv/app/src/main.c"
__attribute__((noinline)) int gate_sample_run(int number)
{
	__asm__ volatile("" : "+r"(number));
	return number + 2;
}
