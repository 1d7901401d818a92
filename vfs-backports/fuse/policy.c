// SPDX-License-Identifier: GPL-2.0-only
/*
 * Provides the writeback policies of FUSE connections.
 */
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/string.h>
#include <linux/writeback.h>

#include "fuse_calm.h"
#include "redirects/file.h"

/* What stock FUSE allows a connection, in percent of the dirty threshold. */
#define STOCK_MAX_RATIO 1

/* The most that a trusted connection may hold once strictlimit is back. */
#define TRUSTED_MAX_RATIO 10

static const char *const names[] = {
	[POLICY_STRICT] = "strict",
	[POLICY_FLOOR] = "floor",
	[POLICY_TRUSTED] = "trusted",
};

/**
 * calm_policy_from_name - a policy by its name
 * @name: as written to a parameter or a sysfs file; may end with a newline
 *
 * Context: any.
 * Return: one of enum calm_policy, or -EINVAL.
 */
int calm_policy_from_name(const char *name)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (sysfs_streq(name, names[i]))
			return i;
	return -EINVAL;
}

/**
 * calm_policy_name - the name of a policy
 * @policy: the policy
 *
 * Context: any.
 * Return: a constant string.
 */
const char *calm_policy_name(enum calm_policy policy)
{
	return names[policy];
}

/**
 * calm_policy_for - the policy of a new connection
 * @conn: the connection
 *
 * Only what root of the initial user namespace mounts can begin as trusted.
 *
 * Context: any.
 * Return: a policy.
 */
enum calm_policy calm_policy_for(const struct calm_conn *conn)
{
	enum calm_policy policy = calm_param_writeback();

	if (policy == POLICY_TRUSTED && !(conn->by_root && calm_trusted_possible()))
		return POLICY_FLOOR;
	return policy;
}

static void strictlimit(struct calm_conn *conn, bool on)
{
	if (on)
		conn->bdi->capabilities |= BDI_CAP_STRICTLIMIT;
	else
		conn->bdi->capabilities &= ~BDI_CAP_STRICTLIMIT;
}

/**
 * calm_policy_set - put a connection under a policy
 * @conn: the connection
 * @policy: the policy
 *
 * Pages that are in flight stay in the counter that they were added to.
 *
 * Context: process context, calm_mutex held, may sleep.
 * Return: 0; -EOPNOTSUPP when this kernel's FUSE cannot be trusted's way;
 * -EINVAL when a min_ratio set by hand is above what the policy allows.
 */
int calm_policy_set(struct calm_conn *conn, enum calm_policy policy)
{
	static const unsigned int percent = 100;
	unsigned int max_ratio = STOCK_MAX_RATIO;
	unsigned long flags;
	struct sysinfo si;
	int err;

	if (policy == POLICY_TRUSTED && !calm_trusted_possible())
		return -EOPNOTSUPP;
	if (policy == POLICY_FLOOR)
		max_ratio = calm_param_floor_percent();
	if (policy == POLICY_TRUSTED)
		max_ratio = TRUSTED_MAX_RATIO;

	/* min_ratio may not be above max_ratio at any time */
	calm_floor_give(conn);
	err = bdi_set_max_ratio(conn->bdi, max_ratio);
	if (err) {
		if (conn->policy != POLICY_STRICT)
			calm_floor_take(conn);
		return err;
	}
	if (policy != POLICY_STRICT)
		calm_floor_take(conn);

	si_meminfo(&si);
	spin_lock_irqsave(&conn->lock, flags);
	WRITE_ONCE(conn->cap, si.totalram / percent * calm_param_trusted_percent());
	conn->capped = false;
	conn->limited = false;
	strictlimit(conn, policy != POLICY_TRUSTED);
	WRITE_ONCE(conn->policy, policy);
	spin_unlock_irqrestore(&conn->lock, flags);
	conn->watchdog = policy == POLICY_TRUSTED ? WATCHDOG_ON : WATCHDOG_OFF;
	return 0;
}

/**
 * calm_policy_distrust - put a trusted connection under the strict policy, come what may
 * @conn: the connection
 *
 * Context: process context, calm_mutex held, may sleep.
 */
void calm_policy_distrust(struct calm_conn *conn)
{
	unsigned long flags;

	if (calm_policy_set(conn, POLICY_STRICT)) {
		/* ratios set by hand stand, but strictlimit enforces them */
		spin_lock_irqsave(&conn->lock, flags);
		strictlimit(conn, true);
		WRITE_ONCE(conn->policy, POLICY_STRICT);
		spin_unlock_irqrestore(&conn->lock, flags);
	}
	conn->watchdog = WATCHDOG_FIRED;
}

/**
 * calm_policy_limit - limit a trusted connection for a while
 * @conn: the connection
 * @duration: jiffies
 *
 * As if it held more than its cap. Does nothing to one that is not trusted.
 *
 * Context: any that may take @conn->lock.
 */
void calm_policy_limit(struct calm_conn *conn, unsigned long duration)
{
	unsigned long flags;

	spin_lock_irqsave(&conn->lock, flags);
	if (conn->policy == POLICY_TRUSTED) {
		conn->limited_until = jiffies + duration;
		conn->limited = true;
		conn->capped = true;
		strictlimit(conn, true);
	}
	spin_unlock_irqrestore(&conn->lock, flags);
}

/* A trusted connection that holds more than its cap is limited until it holds half of that. */
static void check_cap(struct calm_conn *conn)
{
	unsigned long held = calm_bdi_held_roughly(conn->bdi);
	unsigned long cap = READ_ONCE(conn->cap);
	bool capped = READ_ONCE(conn->capped);
	unsigned long flags;

	if (capped ? held >= cap / 2 : held <= cap)
		return;
	spin_lock_irqsave(&conn->lock, flags);
	if (conn->limited && time_after_eq(jiffies, conn->limited_until))
		conn->limited = false;
	if (conn->policy == POLICY_TRUSTED && !conn->limited) {
		conn->capped = !capped;
		strictlimit(conn, conn->capped);
	}
	spin_unlock_irqrestore(&conn->lock, flags);
}

/**
 * calm_dirtied - a page of a FUSE file became dirty
 * @sb: the file's superblock
 *
 * Context: any that may dirty a page; does not sleep.
 */
void calm_dirtied(const struct super_block *sb)
{
	struct calm_conn *conn;

	rcu_read_lock();
	conn = calm_conn_of(sb);
	if (conn) {
		enum calm_policy policy = READ_ONCE(conn->policy);

		if (READ_ONCE(conn->wants_floor))
			calm_floor_wanted();
		if (policy != POLICY_STRICT)
			calm_idle_ends(conn->bdi);
		if (policy == POLICY_TRUSTED)
			check_cap(conn);
	}
	rcu_read_unlock();
}

#ifdef CALM_DIRTY_FOLIO

/**
 * calm_dirty_folio - stands in for filemap_dirty_folio() in upstream's file.c
 * @mapping: the file's mapping
 * @folio: the folio
 *
 * Context: any that may dirty a folio; does not sleep.
 * Return: what filemap_dirty_folio() returns: the folio was clean.
 */
bool calm_dirty_folio(struct address_space *mapping, struct folio *folio)
{
#undef filemap_dirty_folio
	bool dirtied = filemap_dirty_folio(mapping, folio);

	if (dirtied)
		calm_dirtied(mapping->host->i_sb);
	return dirtied;
}

#else

/**
 * calm_set_page_dirty - stands in for __set_page_dirty_nobuffers() in upstream's file.c
 * @page: the page
 *
 * Context: any that may dirty a page; does not sleep.
 * Return: what __set_page_dirty_nobuffers() returns: the page was clean.
 */
int calm_set_page_dirty(struct page *page)
{
#undef __set_page_dirty_nobuffers
	/* NULL once truncated; EL7 does not export page_mapping(), the same for a file's page */
	struct address_space *mapping = READ_ONCE(page->mapping);
	int dirtied = __set_page_dirty_nobuffers(page);

	if (dirtied && mapping)
		calm_dirtied(mapping->host->i_sb);
	return dirtied;
}

#endif
