// SPDX-License-Identifier: GPL-2.0-only
/*
 * Provides the trusted policy: writes in flight that the global limits see,
 * and a watchdog for servers that stop answering.
 *
 * FUSE writes copies of pages, and counts them where no limit looks. With the
 * trusted policy they count as NR_WRITEBACK. Which counter a copy went into is
 * kept with the copy itself (it is in no mapping, so its private, index and lru
 * are free): it leaves the counter it entered, whatever the policy is by then.
 */
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "fuse_calm.h"
#include "redirects/file.h"

#undef inc_node_page_state
#undef dec_node_page_state
#undef inc_zone_page_state
#undef dec_zone_page_state

/**
 * calm_trusted_possible - can this kernel's FUSE be put under the trusted policy?
 *
 * Context: any.
 * Return: false where upstream counts its temporary pages in a way that we do
 * not know, or no longer has any.
 */
bool calm_trusted_possible(void)
{
#ifdef CALM_TEMP_PAGES
	return true;
#else
	return false;
#endif
}

#ifdef CALM_TEMP_PAGES

/* Copies moved to the other counter with interrupts off, at a time. */
#define RECOUNT_BATCH 256

static void recount_page(struct page *page)
{
	list_del(&page->lru);
	set_page_private(page, 0);
	calm_dec_page_state(page, NR_WRITEBACK);
	calm_inc_page_state(page, NR_WRITEBACK_TEMP);
}

/* What is in flight no longer counts against the rest of the host. */
static void recount(struct calm_conn *conn)
{
	unsigned long flags;
	bool more = true;
	int n;

	while (more) {
		spin_lock_irqsave(&conn->lock, flags);
		for (n = 0; n < RECOUNT_BATCH && !list_empty(&conn->in_flight); n++) {
			recount_page(list_first_entry(&conn->in_flight, struct page, lru));
			conn->nr_in_flight--;
		}
		more = !list_empty(&conn->in_flight);
		spin_unlock_irqrestore(&conn->lock, flags);
		cond_resched();
	}
}

/* Age of the oldest copy in jiffies; false when none is in flight. */
static bool oldest_age(struct calm_conn *conn, unsigned long *age)
{
	unsigned long flags;
	bool any;

	spin_lock_irqsave(&conn->lock, flags);
	any = !list_empty(&conn->in_flight);
	if (any)
		*age = jiffies - list_first_entry(&conn->in_flight, struct page, lru)->index;
	spin_unlock_irqrestore(&conn->lock, flags);
	return any;
}

static void watch_fn(struct work_struct *work)
{
	struct calm_conn *conn = container_of(to_delayed_work(work), struct calm_conn, watch);
	unsigned int seconds = calm_param_watchdog_seconds();
	unsigned long age;

	if (!oldest_age(conn, &age))
		return;
	if (age < (unsigned long)seconds * HZ) {
		schedule_delayed_work(&conn->watch, HZ);
		return;
	}

	mutex_lock(&calm_mutex);
	if (conn->policy == POLICY_TRUSTED) {
		pr_warn("FUSE %u:%u: a write is unanswered for %lu s: writeback is %s from now on\n",
			MAJOR(conn->dev), MINOR(conn->dev),
			age / HZ, calm_policy_name(POLICY_STRICT));
		calm_policy_distrust(conn);
	}
	mutex_unlock(&calm_mutex);
	recount(conn);
}

/**
 * calm_temp_page_inc - count a copy that is about to be written
 * @inode: the file
 * @page: the copy
 *
 * Stands in for the increment of NR_WRITEBACK_TEMP in upstream's file.c.
 *
 * Context: process context, does not sleep.
 */
void calm_temp_page_inc(struct inode *inode, struct page *page)
{
	struct calm_conn *conn;
	unsigned long flags;
	bool counted = false;

	rcu_read_lock();
	conn = calm_conn_of(inode->i_sb);
	if (conn && READ_ONCE(conn->policy) == POLICY_TRUSTED) {
		spin_lock_irqsave(&conn->lock, flags);
		if (conn->policy == POLICY_TRUSTED) {
			counted = true;
			page->index = jiffies;
			set_page_private(page, (unsigned long)conn);
			list_add_tail(&page->lru, &conn->in_flight);
			if (!conn->nr_in_flight++)
				schedule_delayed_work(&conn->watch, HZ);
			calm_inc_page_state(page, NR_WRITEBACK);
		}
		spin_unlock_irqrestore(&conn->lock, flags);
	}
	rcu_read_unlock();
	if (!counted)
		calm_inc_page_state(page, NR_WRITEBACK_TEMP);
}

/**
 * calm_temp_page_dec - a copy was written, or will never be
 * @page: the copy
 *
 * Stands in for the decrement of NR_WRITEBACK_TEMP in upstream's file.c.
 *
 * Context: any that upstream ends writes in; does not sleep.
 */
void calm_temp_page_dec(struct page *page)
{
	struct calm_conn *conn;
	unsigned long flags;
	bool counted = false;
	bool last = false;

	rcu_read_lock();
	conn = (struct calm_conn *)READ_ONCE(page->private);
	if (conn) {
		spin_lock_irqsave(&conn->lock, flags);
		/* the watchdog may have been faster */
		if (page_private(page)) {
			counted = true;
			list_del(&page->lru);
			set_page_private(page, 0);
			page->index = 0;
			conn->nr_in_flight--;
			calm_dec_page_state(page, NR_WRITEBACK);
			last = conn->dead && !conn->nr_in_flight;
		}
		spin_unlock_irqrestore(&conn->lock, flags);
	}
	rcu_read_unlock();
	if (!counted)
		calm_dec_page_state(page, NR_WRITEBACK_TEMP);
	if (last)
		kfree_rcu(conn, rcu);
}

/**
 * calm_trusted_oldest_ms - how long the oldest write has been in flight
 * @conn: the connection
 *
 * Context: any.
 * Return: milliseconds, 0 when nothing is in flight that counts as trusted.
 */
unsigned long calm_trusted_oldest_ms(struct calm_conn *conn)
{
	unsigned long age;

	return oldest_age(conn, &age) ? jiffies_to_msecs(age) : 0;
}

#else

static void watch_fn(struct work_struct *work)
{
}

/**
 * calm_trusted_oldest_ms - how long the oldest write has been in flight
 * @conn: the connection
 *
 * Context: any.
 * Return: 0, as no connection can be trusted here.
 */
unsigned long calm_trusted_oldest_ms(struct calm_conn *conn)
{
	return 0;
}

#endif

/**
 * calm_trusted_init - prepare a connection for the trusted policy
 * @conn: the connection
 *
 * Context: any.
 */
void calm_trusted_init(struct calm_conn *conn)
{
	INIT_LIST_HEAD(&conn->in_flight);
	INIT_DELAYED_WORK(&conn->watch, watch_fn);
}

/**
 * calm_trusted_end - free a connection, now or when its last copy is written
 * @conn: the connection, unmounted and found by nobody any more
 *
 * Context: process context, may sleep.
 */
void calm_trusted_end(struct calm_conn *conn)
{
	unsigned long flags;
	bool last;

	cancel_delayed_work_sync(&conn->watch);
	spin_lock_irqsave(&conn->lock, flags);
	conn->dead = true;
	last = !conn->nr_in_flight;
	spin_unlock_irqrestore(&conn->lock, flags);
	if (last)
		kfree_rcu(conn, rcu);
}
