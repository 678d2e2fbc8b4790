/* Scopes: the thread's purpose and label, and what the shim is told of them. */
#include "config.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <vramtrack/scope.h>

/* Stands where the shim's function would be found. */
static struct {
	unsigned calls;
	const char *purpose, *label;
} told;

__attribute__((visibility("default"))) void vramtrack_preload_set_scope(const char *purpose,
									const char *label);
void vramtrack_preload_set_scope(const char *purpose, const char *label)
{
	told.calls++;
	told.purpose = purpose;
	told.label = label;
}

static void told_is(const char *purpose, const char *label)
{
	assert_string_equal(told.purpose ? told.purpose : "none", purpose);
	assert_string_equal(told.label ? told.label : "none", label);
}

static void outside_is_unknown(void **state)
{
	(void)state;
	assert_int_equal(vt_scope_purpose(), VT_PURPOSE_UNKNOWN);
	assert_null(vt_scope_label());
}

static void scopes_nest_and_restore(void **state)
{
	vt_scope outer, inner, innermost;
	unsigned calls = told.calls;

	vt_scope_begin(&outer, VT_PURPOSE_MODEL_WEIGHTS, "weights");
	told_is("ModelWeights", "weights");
	vt_scope_begin(&inner, VT_PURPOSE_KV_CACHE, NULL);
	assert_int_equal(vt_scope_purpose(), VT_PURPOSE_KV_CACHE);
	assert_string_equal(vt_scope_label(), "weights");
	told_is("KVCache", "weights");
	vt_scope_begin(&innermost, VT_PURPOSE_UNKNOWN, "layer 3");
	told_is("Unknown", "layer 3");
	vt_scope_end(&innermost);
	told_is("KVCache", "weights");
	vt_scope_end(&inner);
	told_is("ModelWeights", "weights");
	vt_scope_end(&outer);
	told_is("none", "none");
	assert_int_equal(told.calls, calls + 6);
	outside_is_unknown(state);
}

static void ends_once(void **state)
{
	vt_scope outer, inner, never = {0};

	(void)state;
	vt_scope_begin(&outer, VT_PURPOSE_MODEL_WEIGHTS, "weights");
	vt_scope_begin(&inner, VT_PURPOSE_KV_CACHE, "kv");
	vt_scope_end(&inner);
	vt_scope_end(&inner);
	vt_scope_end(&never);
	vt_scope_end(NULL);
	vt_scope_begin(NULL, VT_PURPOSE_KV_CACHE, "kv");
	assert_int_equal(vt_scope_purpose(), VT_PURPOSE_MODEL_WEIGHTS);
	vt_scope_end(&outer);
	outside_is_unknown(state);
}

static void a_number_that_is_no_purpose_is_unknown(void **state)
{
	vt_scope scope;

	(void)state;
	vt_scope_begin(&scope, (vt_purpose)99, "odd");
	assert_int_equal(vt_scope_purpose(), VT_PURPOSE_UNKNOWN);
	told_is("Unknown", "odd");
	vt_scope_end(&scope);
}

static void the_macro_ends_with_its_block(void **state)
{
	{
		VT_SCOPE(VT_PURPOSE_INTERMEDIATE_BUFFERS, "step");
		told_is("IntermediateBuffers", "step");
		{
			VT_SCOPE(VT_PURPOSE_KV_CACHE, "kv");
			told_is("KVCache", "kv");
		}
		told_is("IntermediateBuffers", "step");
	}
	told_is("none", "none");
	outside_is_unknown(state);
}

static void *look_from_thread(void *argument)
{
	*(int *)argument = vt_scope_purpose() == VT_PURPOSE_UNKNOWN && !vt_scope_label();
	return NULL;
}

static void scopes_belong_to_their_thread(void **state)
{
	vt_scope scope;
	pthread_t thread;
	int is_outside = 0;

	(void)state;
	vt_scope_begin(&scope, VT_PURPOSE_KV_CACHE, "kv");
	assert_int_equal(pthread_create(&thread, NULL, look_from_thread, &is_outside), 0);
	pthread_join(thread, NULL);
	assert_true(is_outside);
	vt_scope_end(&scope);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(outside_is_unknown),
		cmocka_unit_test(scopes_nest_and_restore),
		cmocka_unit_test(ends_once),
		cmocka_unit_test(a_number_that_is_no_purpose_is_unknown),
		cmocka_unit_test(the_macro_ends_with_its_block),
		cmocka_unit_test(scopes_belong_to_their_thread),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
