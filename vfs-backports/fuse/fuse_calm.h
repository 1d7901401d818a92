/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of ovl-calm's fuse.ko offer one another.
 *
 * The upstream FUSE files know nothing of this header; the redirects/
 * directory says which of their calls arrive here.
 */
#ifndef FUSE_CALM_H
#define FUSE_CALM_H

#include <linux/backing-dev.h>
#include <linux/completion.h>
#include <linux/fs.h>
#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "compat.h"
#include "idle_bandwidth.h"

#ifdef pr_fmt
#undef pr_fmt
#endif
#define pr_fmt(fmt) "ovl-calm: " fmt

/**
 * enum calm_policy - how much a connection may hold dirty or in flight
 * @POLICY_STRICT: as stock: strictlimit, 0 to 1 % of the dirty threshold
 * @POLICY_FLOOR: strictlimit, and all of that 1 % at any time
 * @POLICY_TRUSTED: no strictlimit up to a share of RAM; what is in flight
 *	counts as NR_WRITEBACK; a watchdog looks after the server
 */
enum calm_policy {
	POLICY_STRICT,
	POLICY_FLOOR,
	POLICY_TRUSTED,
};

/**
 * enum calm_watchdog - what the watchdog of a connection says
 * @WATCHDOG_OFF: the policy is not POLICY_TRUSTED and never had to end
 * @WATCHDOG_ON: the policy is POLICY_TRUSTED
 * @WATCHDOG_FIRED: a write was in flight for too long, which ended it
 */
enum calm_watchdog {
	WATCHDOG_OFF,
	WATCHDOG_ON,
	WATCHDOG_FIRED,
};

/**
 * struct calm_conn - what we keep for one FUSE connection
 * @hash: link by @bdi, see connection.c
 * @list: link in calm_conns
 * @bdi: the connection's backing device
 * @dev: device number of its first superblock
 * @users: superblocks that share @bdi; under calm_mutex
 * @by_root: root of the initial user namespace mounted it for root
 * @policy: the policy in force; written under calm_mutex and @lock
 * @watchdog: see enum calm_watchdog; under calm_mutex
 * @floor: percent of the dirty threshold that we wrote as min_ratio, 0 for
 *	none; under calm_mutex
 * @wants_floor: the policy asks for a floor and there was no share left
 * @lock: protects all below
 * @cap: pages that POLICY_TRUSTED lets it hold without strictlimit
 * @capped: strictlimit is in force although the policy is POLICY_TRUSTED
 * @limited: @capped stays for now, whatever the connection holds
 * @limited_until: jiffies at which @limited ends
 * @counted: temporary pages counted as NR_WRITEBACK, oldest first, by lru
 * @nr_counted: length of @counted
 * @uncounted: older ones, which were counted until the server stalled
 * @nr_in_flight: length of both lists
 * @answered: jiffies of the last page that left them, or of the first that came
 * @dead: unmounted; the last page that leaves the lists frees this struct
 * @watch: looks at the oldest page and at @answered
 * @kobj: /sys/fs/fuse/writeback/<major:minor>
 * @kobj_gone: completed when the last user of @kobj has left
 * @has_kobj: @kobj was added
 * @rcu: frees this struct after the last reader of @hash
 */
struct calm_conn {
	struct hlist_node hash;
	struct list_head list;
	struct backing_dev_info *bdi;
	dev_t dev;
	unsigned int users;
	bool by_root;
	enum calm_policy policy;
	enum calm_watchdog watchdog;
	unsigned int floor;
	bool wants_floor;
	spinlock_t lock; /* see @lock above */
	unsigned long cap;
	bool capped;
	bool limited;
	unsigned long limited_until;
	struct list_head counted;
	unsigned long nr_counted;
	struct list_head uncounted;
	unsigned long nr_in_flight;
	unsigned long answered;
	bool dead;
	struct delayed_work watch;
	struct kobject kobj;
	struct completion kobj_gone;
	bool has_kobj;
	struct rcu_head rcu;
};

/* connection.c: life of the per-connection state */
extern struct mutex calm_mutex;
extern struct list_head calm_conns;
struct calm_conn *calm_conn_of(const struct super_block *sb);

/* connection_sysfs.c: /sys/fs/fuse/writeback/<major:minor>/ */
void calm_sysfs_exit(void);
void calm_sysfs_add(struct calm_conn *conn);
void calm_sysfs_del(struct calm_conn *conn);

/* policy.c: what a policy does to a connection */
int calm_policy_from_name(const char *name);
const char *calm_policy_name(enum calm_policy policy);
enum calm_policy calm_policy_for(const struct calm_conn *conn);
int calm_policy_set(struct calm_conn *conn, enum calm_policy policy);
void calm_policy_distrust(struct calm_conn *conn);
void calm_policy_limit(struct calm_conn *conn, unsigned long duration);
void calm_dirtied(const struct super_block *sb);

/* bdi_ratio.c: the ratios of a bdi as its sysfs files would set them */
int calm_bdi_set_min_ratio(struct backing_dev_info *bdi, unsigned int percent);
int calm_bdi_min_ratio(struct backing_dev_info *bdi);

/* floor.c: the threshold that a connection never falls below */
void calm_floor_take(struct calm_conn *conn);
void calm_floor_give(struct calm_conn *conn);
void calm_floor_wanted(void);
void calm_floor_exit(void);

/* trusted.c: temporary pages that the global limits see, and their watchdog */
bool calm_trusted_possible(void);
void calm_trusted_init(struct calm_conn *conn);
void calm_trusted_end(struct calm_conn *conn);
unsigned long calm_trusted_oldest_ms(struct calm_conn *conn);

/* module.c: parameters */
enum calm_policy calm_param_writeback(void);
unsigned int calm_param_floor_percent(void);
unsigned int calm_param_root_floors(void);
unsigned int calm_param_user_floors(void);
unsigned int calm_param_trusted_percent(void);
unsigned int calm_param_watchdog_seconds(void);

#endif /* FUSE_CALM_H */
