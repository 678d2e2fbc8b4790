/* cuGetProcAddress of the simulated driver: every row of its table, and its rules. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <dlfcn.h>

#include <cmocka.h>

#include "tests/simulate_child.h"

static const struct row {
	const char *base;
	int version;
	cuuint64_t flags;
	const char *symbol;
} rows[] = {
#define LEGACY(base, version, symbol) {#base, version, CU_GET_PROC_ADDRESS_LEGACY_STREAM, #symbol},
#define PER_THREAD(base, version, symbol)                                                          \
	{#base, version, CU_GET_PROC_ADDRESS_PER_THREAD_DEFAULT_STREAM, #symbol},
#include "toolkit/include/vt_driver_versions.h"
#undef LEGACY
#undef PER_THREAD
};

#define LEGACY CU_GET_PROC_ADDRESS_LEGACY_STREAM
#define PER_THREAD CU_GET_PROC_ADDRESS_PER_THREAD_DEFAULT_STREAM

/* Written down by hand: ABIs that share a base name, as CUDA's headers have them. */
static const struct row known[] = {
	{"cuMemAlloc", 2000, LEGACY, "cuMemAlloc"},
	{"cuMemAlloc", 3010, LEGACY, "cuMemAlloc"},
	{"cuMemAlloc", 3020, LEGACY, "cuMemAlloc_v2"},
	{"cuMemAlloc", 13000, PER_THREAD, "cuMemAlloc_v2"},
	{"cuMemAllocAsync", 11020, LEGACY, "cuMemAllocAsync"},
	{"cuMemAllocAsync", 13000, PER_THREAD, "cuMemAllocAsync_ptsz"},
	{"cuMemAllocAsync", 13000, 0, "cuMemAllocAsync"},
	{"cuMemAllocAsync", 11010, LEGACY, NULL},
	{"cuCtxCreate", 2000, LEGACY, "cuCtxCreate"},
	{"cuCtxCreate", 3020, LEGACY, "cuCtxCreate_v2"},
	{"cuCtxCreate", 11040, LEGACY, "cuCtxCreate_v3"},
	{"cuCtxCreate", 13000, LEGACY, "cuCtxCreate_v4"},
	{"cuMemcpyHtoD", 6050, PER_THREAD, "cuMemcpyHtoD_v2"},
	{"cuMemcpyHtoD", 7000, PER_THREAD, "cuMemcpyHtoD_v2_ptds"},
	{"cuDevicePrimaryCtxReset", 7000, LEGACY, "cuDevicePrimaryCtxReset"},
	{"cuDevicePrimaryCtxReset", 11000, LEGACY, "cuDevicePrimaryCtxReset_v2"},
	{"cuGetProcAddress", 11030, LEGACY, "cuGetProcAddress"},
	{"cuGetProcAddress", 12000, LEGACY, "cuGetProcAddress_v2"},
	{"cuMemAlloc_v2", 13000, LEGACY, NULL},
	{"cuNoSuchThing", 13000, LEGACY, NULL},
	{"", 13000, LEGACY, NULL},
};

static void *exported(const char *name)
{
	static void *driver;
	void *address;

	if (!driver)
		driver = simulate_open("libcuda.so.1");
	address = dlsym(driver, name);
	if (!address)
		fail_msg("%s is not exported", name);
	return address;
}

static void *asked(const struct row *row)
{
	void *address = &address;

	assert_int_equal(
		CU(cuGetProcAddress_v2)(row->base, &address, row->version, row->flags, NULL),
		CUDA_SUCCESS);
	return address;
}

static void every_row_resolves_to_its_export(void **state)
{
	(void)state;
	assert_true(sizeof(rows) / sizeof(rows[0]) == 637);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (asked(&rows[i]) != exported(rows[i].symbol))
			fail_msg("%s from %d is not %s", rows[i].base, rows[i].version,
				 rows[i].symbol);
	}
}

static void no_row_is_given_below_its_version(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct row older = rows[i];

		older.version--;
		if (asked(&older) == exported(rows[i].symbol))
			fail_msg("%s is given for version %d", rows[i].symbol, older.version);
	}
}

static void abis_of_one_base_name_are_told_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		void *wanted = known[i].symbol ? exported(known[i].symbol) : NULL;

		if (asked(&known[i]) != wanted)
			fail_msg("%s at %d is wrong", known[i].base, known[i].version);
	}
}

static void what_is_missing_is_a_success_without_an_address(void **state)
{
	CUdriverProcAddressQueryResult status;
	void *address = &status;

	(void)state;
	assert_int_equal(CU(cuGetProcAddress_v2)("cuNoSuchThing", &address, 13000, 0, &status),
			 CUDA_SUCCESS);
	assert_null(address);
	assert_int_equal(status, CU_GET_PROC_ADDRESS_SYMBOL_NOT_FOUND);
	assert_int_equal(CU(cuGetProcAddress_v2)("cuMemCreate", &address, 9000, 0, &status),
			 CUDA_SUCCESS);
	assert_null(address);
	assert_int_equal(status, CU_GET_PROC_ADDRESS_VERSION_NOT_SUFFICIENT);
	assert_int_equal(CU(cuGetProcAddress_v2)("cuMemCreate", &address, 13000, 0, &status),
			 CUDA_SUCCESS);
	assert_int_equal(status, CU_GET_PROC_ADDRESS_SUCCESS);
}

static void bad_requests_are_refused(void **state)
{
	void *address;

	(void)state;
	assert_int_equal(CU(cuGetProcAddress_v2)(NULL, &address, 13000, 0, NULL),
			 CUDA_ERROR_INVALID_VALUE);
	assert_int_equal(CU(cuGetProcAddress_v2)("cuInit", NULL, 13000, 0, NULL),
			 CUDA_ERROR_INVALID_VALUE);
	assert_int_equal(CU(cuGetProcAddress_v2)("cuInit", &address, 13010, 0, NULL),
			 CUDA_ERROR_INVALID_VALUE);
	assert_int_equal(CU(cuGetProcAddress)("cuInit", &address, 13000, 4),
			 CUDA_ERROR_INVALID_VALUE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_resolves_to_its_export),
		cmocka_unit_test(no_row_is_given_below_its_version),
		cmocka_unit_test(abis_of_one_base_name_are_told_apart),
		cmocka_unit_test(what_is_missing_is_a_success_without_an_address),
		cmocka_unit_test(bad_requests_are_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("simulate_proc_address", tests, NULL, NULL);
}
