// SPDX-License-Identifier: GPL-2.0-only
/*
 * Provides the trusted policy: writes in flight that the global limits see,
 * and a watchdog for servers that stop answering.
 *
 * FUSE writes copies of pages, and counts them where no limit looks. With the
 * trusted policy they count as NR_WRITEBACK. Which counter a copy is in is kept
 * with the copy itself (it is in no mapping, so its private, index and lru are
 * free): it leaves the counter it is in, whatever the policy is by then.
 *
 * A server that writes to a filesystem of this host is held up by the global
 * limits like everybody, and what it alone could end counts against them. When
 * memory, and with it the limits, shrinks below what is in flight, each waits
 * for the other. So copies of a connection that gets no answer leave
 * NR_WRITEBACK until it does, long before the watchdog gives the server up.
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

/* Copies moved or let go with interrupts off, at a time. */
#define BATCH 256

/* How often a connection with copies in flight is looked at. */
#define WATCH_PERIOD (HZ / 2)

/* Without an answer for so long, copies in flight no longer count as NR_WRITEBACK. */
#define STALL HZ

/* For so long after that, the connection is limited as if it held its cap. */
#define LIMITED (10 * HZ)

/* In private of a copy, beside its connection: it counts as NR_WRITEBACK_TEMP. */
#define UNCOUNTED 1UL

/* The oldest copy in flight: they leave one list for the other, the oldest first. Under lock. */
static struct page *oldest(struct calm_conn *conn)
{
	struct list_head *list = list_empty(&conn->uncounted) ? &conn->counted : &conn->uncounted;

	return list_first_entry(list, struct page, lru);
}

static void uncount(struct calm_conn *conn, struct page *page)
{
	conn->nr_counted--;
	calm_dec_page_state(page, NR_WRITEBACK);
	calm_inc_page_state(page, NR_WRITEBACK_TEMP);
}

/* What is in flight no longer counts against the rest of the host. */
static void uncount_all(struct calm_conn *conn)
{
	unsigned long flags;
	struct page *page;
	bool more = true;
	int n;

	while (more) {
		spin_lock_irqsave(&conn->lock, flags);
		for (n = 0; n < BATCH && !list_empty(&conn->counted); n++) {
			page = list_first_entry(&conn->counted, struct page, lru);
			uncount(conn, page);
			set_page_private(page, (unsigned long)conn | UNCOUNTED);
			list_move_tail(&page->lru, &conn->uncounted);
		}
		more = !list_empty(&conn->counted);
		spin_unlock_irqrestore(&conn->lock, flags);
		cond_resched();
	}
}

/* The same for good: nothing of what is in flight is looked after any more. */
static void let_go(struct calm_conn *conn)
{
	unsigned long flags;
	struct page *page;
	int n;

	do {
		spin_lock_irqsave(&conn->lock, flags);
		for (n = 0; n < BATCH && conn->nr_in_flight; n++) {
			page = oldest(conn);
			if (!(page_private(page) & UNCOUNTED))
				uncount(conn, page);
			list_del(&page->lru);
			set_page_private(page, 0);
			conn->nr_in_flight--;
		}
		spin_unlock_irqrestore(&conn->lock, flags);
		cond_resched();
	} while (n);
}

/* Age of the oldest copy in jiffies; false when none is in flight. */
static bool oldest_age(struct calm_conn *conn, unsigned long *age)
{
	unsigned long flags;
	bool any;

	spin_lock_irqsave(&conn->lock, flags);
	any = conn->nr_in_flight;
	if (any)
		*age = jiffies - oldest(conn)->index;
	spin_unlock_irqrestore(&conn->lock, flags);
	return any;
}

/* True when something is in flight and nothing was answered for too long. */
static bool stalls(struct calm_conn *conn)
{
	unsigned long flags;
	bool stalled;

	spin_lock_irqsave(&conn->lock, flags);
	stalled = conn->nr_in_flight && jiffies - conn->answered >= STALL;
	spin_unlock_irqrestore(&conn->lock, flags);
	return stalled;
}

static void watch_fn(struct work_struct *work)
{
	struct calm_conn *conn = container_of(to_delayed_work(work), struct calm_conn, watch);
	unsigned int seconds = calm_param_watchdog_seconds();
	unsigned long age;

	if (!oldest_age(conn, &age))
		return;
	if (age < (unsigned long)seconds * HZ) {
		if (stalls(conn)) {
			calm_policy_limit(conn, LIMITED);
			uncount_all(conn);
		}
		schedule_delayed_work(&conn->watch, WATCH_PERIOD);
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
	let_go(conn);
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
			list_add_tail(&page->lru, &conn->counted);
			conn->nr_counted++;
			if (!conn->nr_in_flight++) {
				conn->answered = jiffies;
				schedule_delayed_work(&conn->watch, WATCH_PERIOD);
			}
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
	conn = (struct calm_conn *)(READ_ONCE(page->private) & ~UNCOUNTED);
	if (conn) {
		spin_lock_irqsave(&conn->lock, flags);
		/* the watchdog may have been faster */
		if (page_private(page)) {
			if (!(page_private(page) & UNCOUNTED)) {
				counted = true;
				conn->nr_counted--;
				calm_dec_page_state(page, NR_WRITEBACK);
			}
			list_del(&page->lru);
			set_page_private(page, 0);
			page->index = 0;
			conn->nr_in_flight--;
			conn->answered = jiffies;
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
 * Return: milliseconds, 0 when nothing is in flight that was written as trusted.
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
	INIT_LIST_HEAD(&conn->counted);
	INIT_LIST_HEAD(&conn->uncounted);
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
