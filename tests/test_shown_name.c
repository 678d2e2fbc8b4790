/*
 * Names of functions as they are shown: one form for one thing, and where they are cut.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reports/names/shown_name.h"

static void assert_shown(char *name, const char *wanted)
{
	assert_non_null(name);
	assert_string_equal(name, wanted);
	free(name);
}

static void names_are_cut_where_it_hurts_least(void **state)
{
	static const struct {
		size_t width;
		const char *name, *shown;
	} rows[] = {
		{40, "main", "main"},
		{40, "load(char const*, unsigned long)", "load(char const*, unsigned long)"},
		{30, "map<int, vector<string>>::at(int)", "map<int, vector<...>>::at(int)"},
		{22, "map<int, vector<string>>::at(int)", "map<...>::at(int)"},
		{16, "map<int, vector<string>>::at(unsigned)", "map<...>::at"},
		{24, "map<int, vector<string>>::at(unsigned long)", "map<...>::at(...)"},
		{31, "void run<Long<Type>, Other>(Long<Type> const&)",
		 "void run<...>(Long<...> const&)"},
		{20, "Matrix operator< <Traits>(Long argument)", "operator< <...>"},
		{24, "a::operator()(unsigned long, float) const", "a::operator()(...) const"},
		{30, "(anonymous namespace)::f(int, int, int)", "(anonymous namespace)::f(...)"},
		{12, "averyveryverylongname", "averyvery..."},
		{13, "averyvery\xc3\xa4\xc3\xa4\xc3\xa4", "averyvery..."},
		{60,
		 "at::Tensor c10::impl::wrap_kernel_functor_unboxed_<c10::Guard<int>, at::Tensor (c10::ArrayRef<long>)>::call(c10::OperatorKernel*)",
		 "c10::impl::wrap_kernel_functor_unboxed_<...>::call"},
		{90,
		 "at::Tensor c10::impl::wrap_kernel_functor_unboxed_<c10::Guard<int>, at::Tensor (c10::ArrayRef<long>)>::call(c10::OperatorKernel*)",
		 "at::Tensor c10::impl::wrap_kernel_functor_unboxed_<...>::call(c10::OperatorKernel*)"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_shown(vt__shown_name(rows[i].name, rows[i].width), rows[i].shown);
}

static void a_name_is_never_longer_than_there_is_room(void **state)
{
	static const char *const names[] = {
		"a<b<c<d<e<f<g<h>>>>>>>(i(j(k(l(m)))))",
		"operator<",
		"operator->",
		"operator()",
		"<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<",
		">>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>",
		"(((((((((((((((((((((((((((((((((((",
		"x->y<->z",
		"(anonymous)(anonymous)(anonymous)",
		"f(int)::{lambda(unsigned long, int)#1}::operator()(unsigned long) const",
		"",
		"\xff\xfe\xff\xfe\xff\xfe\xff\xfe\xff\xfe\xff\xfe\xff\xfe",
	};
	size_t width, i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		for (width = 4; width < 80; width++) {
			char *name = vt__shown_name(names[i], width);

			assert_non_null(name);
			if (strlen(name) > width)
				fail_msg("%s at %zu: %s", names[i], width, name);
			free(name);
		}
}

static void one_thing_has_one_form(void **state)
{
	static const char wanted[] = "(anonymous namespace)::Worker::serve";

	(void)state;
	assert_shown(vt__shown_plain("(anonymous namespace)::Worker::serve(int, bool)", 80),
		     wanted);
	assert_shown(vt__shown_plain("(anonymous)::Worker::serve", 80), wanted);
	assert_shown(vt__shown_plain(
			     "void (anonymous namespace)::Worker::serve(int) [clone .isra.0]", 80),
		     wanted);
	assert_shown(vt__shown_name("(anonymous)::Worker::serve", 80), wanted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_cut_where_it_hurts_least),
		cmocka_unit_test(a_name_is_never_longer_than_there_is_room),
		cmocka_unit_test(one_thing_has_one_form),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
