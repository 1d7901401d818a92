// SPDX-License-Identifier: GPL-2.0-only
#include "shares.h"

#include <stdbool.h>
#include <stdint.h>

static unsigned int smaller(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

static size_t mounts_of(const struct share *shares, size_t count, uid_t owner)
{
	size_t mounts = 0;

	for (size_t i = 0; i < count; i++)
		mounts += shares[i].owner == owner;
	return mounts;
}

static unsigned int sum_of(const struct share *shares, size_t count, bool root)
{
	unsigned int sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += (shares[i].owner == 0) == root ? shares[i].result : 0;
	return sum;
}

/* Every part of a percent can be told: equal parts. */
static void divide_evenly(struct share *shares, size_t count, const struct share_limits *l,
			  unsigned int total)
{
	unsigned int users = smaller(l->users, total), wanted, rest;
	size_t root_mounts = mounts_of(shares, count, 0);

	for (size_t i = 0; i < count; i++) {
		struct share *s = &shares[i];

		if (!s->owner)
			continue;
		s->result = smaller(l->mount, l->user / mounts_of(shares, count, s->owner));
		s->result = smaller(s->result, s->most);
	}
	wanted = sum_of(shares, count, false);
	for (size_t i = 0; i < count && wanted > users; i++) {
		if (shares[i].owner)
			shares[i].result = (uint64_t)shares[i].result * users / wanted;
	}
	rest = total - sum_of(shares, count, false);
	for (size_t i = 0; i < count; i++) {
		if (!shares[i].owner)
			shares[i].result =
				smaller(smaller(l->mount, rest / root_mounts), shares[i].most);
	}
}

static unsigned int sum_of_owner(const struct share *shares, size_t count, uid_t owner)
{
	unsigned int sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += shares[i].owner == owner ? shares[i].result : 0;
	return sum;
}

static bool fits(const struct share *shares, size_t count, const struct share *s,
		 const struct share_limits *l, unsigned int total, unsigned int wanted)
{
	unsigned int root = sum_of(shares, count, true), users = sum_of(shares, count, false);

	if (root + users + wanted > total)
		return false;
	return !s->owner || (users + wanted <= l->users &&
			     sum_of_owner(shares, count, s->owner) + wanted <= l->user);
}

/* Only whole percents can be told: who is first has it. */
static void divide_in_turn(struct share *shares, size_t count, const struct share_limits *l,
			   unsigned int total)
{
	for (size_t i = 0; i < count; i++) {
		unsigned int wanted = smaller(l->mount, shares[i].most) / l->unit * l->unit;

		if (fits(shares, count, &shares[i], l, total, wanted))
			shares[i].result = wanted;
	}
}

void shares_divide(struct share *shares, size_t count, const struct share_limits *l,
		   unsigned int others)
{
	unsigned int free_for_us =
		others < ALL_PPM - RESERVED_PPM ? ALL_PPM - RESERVED_PPM - others : 0;
	unsigned int total = smaller(l->total, free_for_us);

	for (size_t i = 0; i < count; i++)
		shares[i].result = 0;
	if (l->unit > 1)
		divide_in_turn(shares, count, l, total);
	else
		divide_evenly(shares, count, l, total);
}
