// SPDX-License-Identifier: GPL-2.0-only
/*
 * Provides a dirty threshold that a FUSE connection never falls below.
 *
 * A device's threshold is its part of recent write-out, which is zero for a
 * connection that just starts, and with strictlimit a zero threshold means one
 * pause for each page. min_ratio lifts it to what max_ratio allows anyway. As
 * the sum of all min_ratio comes off what other devices get, it is bounded:
 * one pool for what root mounted, a smaller one for everybody else. When a
 * pool is empty, a connection that holds no dirty page hands its share to one
 * that does.
 */
#include <linux/kernel.h>

#include "fuse_calm.h"

/* Percent handed out: [0] to mounts of users, [1] to mounts of root; under calm_mutex. */
static unsigned int handed_out[2];

/* The last attempt left somebody without: do not try again at each page. */
static bool pools_empty;

static bool idle(const struct calm_conn *conn)
{
	return !calm_bdi_dirty(conn->bdi) && !calm_bdi_in_flight(conn->bdi);
}

static void give_back(struct calm_conn *conn)
{
	int err = 0;

	if (!conn->floor)
		return;
	/* what an administrator wrote meanwhile stays */
	if (calm_bdi_min_ratio(conn->bdi) == conn->floor)
		err = calm_bdi_set_min_ratio(conn->bdi, 0);
	if (err)
		pr_warn("FUSE %u:%u keeps its min_ratio (error %d)\n",
			MAJOR(conn->dev), MINOR(conn->dev), err);
	handed_out[conn->by_root] -= conn->floor;
	conn->floor = 0;
}

/* Makes room in the pool of @conn for @percent more; takes it from others if @conn is in need. */
static bool make_room(const struct calm_conn *conn, unsigned int percent)
{
	unsigned int pool = conn->by_root ? calm_param_root_floors() : calm_param_user_floors();
	struct calm_conn *other;

	if (handed_out[conn->by_root] + percent <= pool)
		return true;
	if (percent > pool || idle(conn))
		return false;
	list_for_each_entry(other, &calm_conns, list) {
		if (handed_out[conn->by_root] + percent <= pool)
			return true;
		if (other == conn || other->by_root != conn->by_root || !other->floor ||
		    !idle(other))
			continue;
		give_back(other);
		other->wants_floor = true;
	}
	return handed_out[conn->by_root] + percent <= pool;
}

/* As calm_floor_take(). False when the pool has no share for it. */
static bool take(struct calm_conn *conn)
{
	unsigned int percent = calm_param_floor_percent();

	conn->wants_floor = false;
	if (conn->floor || calm_bdi_min_ratio(conn->bdi) > 0)
		return true;
	conn->wants_floor = true;
	if (!make_room(conn, percent))
		return false;
	if (calm_bdi_set_min_ratio(conn->bdi, percent))
		return true;
	conn->wants_floor = false;
	conn->floor = percent;
	handed_out[conn->by_root] += percent;
	return true;
}

/**
 * calm_floor_take - lift a connection's threshold to its bound
 * @conn: the connection; its max_ratio is the floor_percent parameter or more
 *
 * Sets conn->floor, or conn->wants_floor when no share is left. A min_ratio
 * that an administrator has set is left as it is.
 *
 * Context: process context, calm_mutex held, may sleep.
 */
void calm_floor_take(struct calm_conn *conn)
{
	take(conn);
}

/**
 * calm_floor_give - let a connection's threshold fall as the stock one does
 * @conn: the connection
 *
 * Context: process context, calm_mutex held, may sleep.
 */
void calm_floor_give(struct calm_conn *conn)
{
	conn->wants_floor = false;
	give_back(conn);
}

static void floor_work_fn(struct work_struct *work)
{
	bool none_left[2] = { false, false };
	struct calm_conn *conn;
	bool empty = false;

	mutex_lock(&calm_mutex);
	list_for_each_entry(conn, &calm_conns, list) {
		/*
		 * Whoever asks looks at all others, and at each counter of each
		 * CPU: once one was refused, the rest would be, too.
		 */
		if (!conn->wants_floor || (!none_left[conn->by_root] && idle(conn)))
			continue;
		if (!none_left[conn->by_root])
			none_left[conn->by_root] = !take(conn);
		empty |= conn->wants_floor;
	}
	WRITE_ONCE(pools_empty, empty);
	mutex_unlock(&calm_mutex);
}

static DECLARE_DELAYED_WORK(floor_work, floor_work_fn);

/**
 * calm_floor_wanted - a connection without its floor has dirtied a page
 *
 * Context: any.
 */
void calm_floor_wanted(void)
{
	schedule_delayed_work(&floor_work, READ_ONCE(pools_empty) ? HZ / 10 : 0);
}

/**
 * calm_floor_exit - end what calm_floor_wanted() began
 *
 * Context: process context at module unload, may sleep.
 */
void calm_floor_exit(void)
{
	cancel_delayed_work_sync(&floor_work);
}
