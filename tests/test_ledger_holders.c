/*
 * Holders: the largest pairs of call site and purpose when memory is refused,
 * once for each refusal that is new, and for so many of them.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/accounts.h"
#include "ledger/holders.h"
#include "tests/ledger_fixture.h"

static struct fixture fixture;
static uint64_t next_address;

static int set_up(void **state)
{
	(void)state;
	next_address = 0x1000;
	fixture_open(&fixture);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fixture_close(&fixture);
	return 0;
}

static void hold(enum vt_kind kind, int32_t device, uint64_t bytes, unsigned stack,
		 const char *purpose)
{
	const struct vt__allocation allocation = {
		.space = VT__SPACE_DEVICE,
		.kind = kind,
		.address = next_address++,
		.bytes = bytes,
		.device = device,
		.api = "cuMemAlloc_v2",
		.purpose = purpose,
	};

	vt__ledger_enter(fixture.ledger, &allocation, fixture_stack(stack));
}

static uint32_t refuse(enum vt_kind kind, int32_t device, unsigned stack)
{
	const struct vt__finding finding = {
		.finding_class = VT_FINDING_OUT_OF_MEMORY,
		.api = "cuMemAlloc_v2",
		.result = 2,
		.device = device,
		.kind = (int32_t)kind,
		.bytes = 1 << 30,
	};

	return vt__ledger_find(fixture.ledger, &finding, fixture_stack(stack));
}

static const struct vt_format_holder *holder_at(const struct view *view, unsigned number)
{
	const struct vt_format_holder *holder = view_at(view, VT_FORMAT_HOLDER, number);

	assert_non_null(holder);
	return holder;
}

static void look(struct view *view)
{
	view_open(view, vt__ledger_path(fixture.ledger));
}

static void the_largest_sites_come_first(void **state)
{
	struct view view;

	(void)state;
	for (unsigned i = 1; i <= 40; i++)
		hold(VT_KIND_LINEAR, 0, (i * 17 % 41) * 100, i, NULL);
	hold(VT_KIND_LINEAR, 1, 1 << 20, 50, NULL);
	hold(VT_KIND_MANAGED, 0, 1 << 20, 51, NULL);
	hold(VT_KIND_STREAM_ORDERED, 0, 5000, 52, NULL);
	assert_int_equal(refuse(VT_KIND_LINEAR, 0, 99), 0);
	look(&view);
	assert_int_equal(view_count(&view, VT_FORMAT_HOLDER), VT__HOLDERS_OF_FINDING);
	assert_int_equal(holder_at(&view, 0)->bytes, 5000);
	for (unsigned i = 1; i < VT__HOLDERS_OF_FINDING; i++) {
		const struct vt_format_holder *holder = holder_at(&view, i);
		const struct vt_format_site *site = view_at(&view, VT_FORMAT_SITE, holder->site);

		assert_int_equal(holder->bytes, (41 - i) * 100);
		assert_int_equal(holder->bytes, site->total.live_bytes);
		assert_int_equal(holder->count, 1);
		assert_int_equal(holder->purpose, VT_FORMAT_NONE);
		assert_int_equal(holder->finding, 0);
	}
	assert_int_equal(view.header->losses[VT_LOSS_HOLDERS], 0);
	view_close(&view);
}

static void a_site_is_split_by_purpose(void **state)
{
	static const char *const purposes[] = {"KVCache", "Weights", NULL};
	const struct vt_format_holder *holder;
	struct view view;

	(void)state;
	for (unsigned i = 0; i < 30; i++)
		hold(VT_KIND_LINEAR, 0, 100u >> i % 3, i % 2, purposes[i % 3]);
	fixture_free(&fixture, 0x1000, 7); /* of KVCache, stack 0 */
	refuse(VT_KIND_LINEAR, 0, 99);
	look(&view);
	assert_int_equal(view_count(&view, VT_FORMAT_HOLDER), 6);
	holder = holder_at(&view, 0);
	assert_int_equal(holder->bytes, 500);
	assert_int_equal(holder->count, 5);
	assert_string_equal(view_string(&view, holder->purpose), "KVCache");
	assert_int_equal(holder_at(&view, 1)->bytes, 400);
	assert_string_equal(view_string(&view, holder_at(&view, 1)->purpose), "KVCache");
	assert_int_equal(holder_at(&view, 2)->bytes, 250);
	assert_string_equal(view_string(&view, holder_at(&view, 2)->purpose), "Weights");
	assert_int_equal(holder_at(&view, 5)->bytes, 125);
	assert_int_equal(holder_at(&view, 5)->purpose, VT_FORMAT_NONE);
	view_close(&view);
}

/* More pairs than there is room to sort: what is kept is right, and it is said
 * that there were more. */
static void too_many_pairs_are_a_loss(void **state)
{
	struct view view;
	char purpose[16];

	(void)state;
	for (unsigned i = 0; i < 4000; i++) {
		snprintf(purpose, sizeof(purpose), "p%u", i);
		hold(VT_KIND_LINEAR, 0, i == 0 ? 100000 : 1 + i % 7, i % 300, purpose);
	}
	refuse(VT_KIND_LINEAR, 0, 999);
	look(&view);
	assert_int_equal(view_count(&view, VT_FORMAT_HOLDER), VT__HOLDERS_OF_FINDING);
	assert_int_equal(holder_at(&view, 0)->bytes, 100000);
	assert_string_equal(view_string(&view, holder_at(&view, 0)->purpose), "p0");
	assert_int_equal(view.header->losses[VT_LOSS_HOLDERS], 1);
	view_close(&view);
}

static void an_object_is_refused_for_want_of_vram(void **state)
{
	const struct vt_format_finding *finding;
	struct view view;

	(void)state;
	hold(VT_KIND_LINEAR, 0, 4096, 1, NULL);
	hold(VT_KIND_STREAM, 0, 0, 2, NULL);
	refuse(VT_KIND_STREAM, 0, 3);
	look(&view);
	assert_int_equal(view_count(&view, VT_FORMAT_HOLDER), 1);
	assert_int_equal(holder_at(&view, 0)->bytes, 4096);
	finding = view_at(&view, VT_FORMAT_FINDING, 0);
	assert_int_equal(finding->live_bytes, 4096);
	view_close(&view);
}

static void host_memory_has_its_own_holders(void **state)
{
	struct view view;

	(void)state;
	hold(VT_KIND_LINEAR, 0, 4096, 1, NULL);
	hold(VT_KIND_PINNED, -1, 512, 2, NULL);
	refuse(VT_KIND_PINNED, -1, 3);
	look(&view);
	assert_int_equal(view_count(&view, VT_FORMAT_HOLDER), 1);
	assert_int_equal(holder_at(&view, 0)->bytes, 512);
	view_close(&view);
}

static void nothing_held_is_no_holder(void **state)
{
	struct view view;

	(void)state;
	assert_int_equal(refuse(VT_KIND_LINEAR, 0, 3), 0);
	look(&view);
	assert_int_equal(view_count(&view, VT_FORMAT_HOLDER), 0);
	assert_int_equal(view.header->losses[VT_LOSS_HOLDERS], 0);
	view_close(&view);
}

static void a_refusal_is_told_once_and_sixteen_are(void **state)
{
	const struct vt_format_finding *finding;
	struct view view;

	(void)state;
	hold(VT_KIND_LINEAR, 0, 4096, 1, NULL);
	for (unsigned i = 0; i < VT__HOLDERS_FINDINGS_MOST; i++) {
		assert_int_equal(refuse(VT_KIND_LINEAR, 0, 10 + i), i);
		assert_int_equal(refuse(VT_KIND_LINEAR, 0, 10 + i), VT_FORMAT_NONE);
	}
	assert_int_equal(refuse(VT_KIND_LINEAR, 0, 90), VT_FORMAT_NONE);
	look(&view);
	assert_int_equal(view_count(&view, VT_FORMAT_FINDING), VT__HOLDERS_FINDINGS_MOST + 1);
	assert_int_equal(view_count(&view, VT_FORMAT_HOLDER), VT__HOLDERS_FINDINGS_MOST);
	finding = view_at(&view, VT_FORMAT_FINDING, 3);
	assert_int_equal(finding->count, 2);
	assert_int_equal(finding->account, VT_FORMAT_NONE);
	view_close(&view);
}

static void an_account_is_tied_to_its_finding(void **state)
{
	struct vt__account account = {.device = 0, .moment = VT_MOMENT_OUT_OF_MEMORY};
	const struct vt_format_finding *finding;
	struct view view;

	(void)state;
	hold(VT_KIND_LINEAR, 0, 4096, 1, NULL);
	refuse(VT_KIND_LINEAR, 0, 2);
	account.finding = refuse(VT_KIND_LINEAR, 0, 3);
	assert_int_equal(account.finding, 1);
	assert_true(vt__ledger_account(fixture.ledger, &account));
	look(&view);
	finding = view_at(&view, VT_FORMAT_FINDING, 0);
	assert_int_equal(finding->account, VT_FORMAT_NONE);
	finding = view_at(&view, VT_FORMAT_FINDING, 1);
	assert_int_equal(finding->account, 0);
	view_close(&view);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(the_largest_sites_come_first),
		TEST(a_site_is_split_by_purpose),
		TEST(too_many_pairs_are_a_loss),
		TEST(an_object_is_refused_for_want_of_vram),
		TEST(host_memory_has_its_own_holders),
		TEST(nothing_held_is_no_holder),
		TEST(a_refusal_is_told_once_and_sixteen_are),
		TEST(an_account_is_tied_to_its_finding),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
