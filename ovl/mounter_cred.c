// SPDX-License-Identifier: GPL-2.0-only
/*
 * Removes the contention on the mounter's credentials.
 *
 * Every operation on an overlay runs with the credentials of the task that
 * mounted it. They are one object, so their reference count is one cache line
 * that all tasks of a container write: up to twelve times for an open and a
 * close where override_creds() counts, and still twice where it does not,
 * because each real file keeps a reference in f_cred.
 *
 * We keep several copies of that object for each superblock and let each CPU
 * use one. References are counted as before, only on different lines, so
 * nothing upstream does with a reference changes. The copies are equal in all
 * that is ever compared: the kernel and its security modules look at the
 * contents of credentials, never at their address.
 */
#include <linux/cred.h>
#include <linux/hash.h>
#include <linux/hashtable.h>
#include <linux/kernel.h>
#include <linux/rculist.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "ovl_calm.h"
#include "redirects/mounter_cred.h"

/*
 * A copy is a struct cred and its security blobs, a few hundred bytes, so 64
 * for each of a thousand containers stay in the tens of megabytes. Beyond 64
 * CPUs, CPU n shares with CPU n + 64: on the usual machine of 64 cores these
 * are the two threads of one core, which share their caches anyway.
 */
#define AUTO_SHARDS_MAX 64

/*
 * Where override_creds() does not count, call sites only know the credentials
 * themselves; this finds the superblock whose they are. Readers are under RCU,
 * writers mount and unmount.
 */
static DEFINE_SPINLOCK(creators_lock);
static DEFINE_HASHTABLE(creators, 10);

/**
 * mounter_cred_of_file - the credentials to open a real file with
 * @cred: what upstream would open it with
 *
 * The opened file keeps a reference, so a copy spares the shared one. Whatever
 * else upstream acts with, such as the credentials of one copy-up, stays.
 *
 * Context: process context in an operation on the overlay, does not sleep.
 * Return: a copy for this CPU when @cred is some overlay's mounter's, or @cred.
 */
const struct cred *mounter_cred_of_file(const struct cred *cred)
{
	const struct cred *found = cred;
	const struct calm_sb *csb;

	rcu_read_lock();
	hash_for_each_possible_rcu(creators, csb, creator_hash, (unsigned long)cred) {
		if (csb->creator == cred) {
			found = calm_sb_pick_cred(csb);
			break;
		}
	}
	rcu_read_unlock();
	return found;
}

static unsigned int wanted_shards(int param)
{
	unsigned int cpus = nr_cpu_ids;

	if (param == CRED_SHARDS_AUTO)
		return min_t(unsigned int, cpus, AUTO_SHARDS_MAX);
	return min_t(unsigned int, cpus, param);
}

/**
 * mounter_cred_prepare - copy the mounter's credentials
 * @csb: state of an overlay
 * @sb: the overlay; upstream has filled it and lowered the capabilities, and
 *	sb->s_op is still upstream's
 * @param: number of copies or CRED_SHARDS_AUTO; never more than CPUs
 *
 * Makes as many copies as memory allows; without any, all tasks share the
 * original as with the stock module.
 *
 * Context: process context, may sleep (GFP_KERNEL).
 */
void mounter_cred_prepare(struct calm_sb *csb, struct super_block *sb, int param)
{
	unsigned int wanted = wanted_shards(param);
	const struct cred **creds;
	const struct cred *old;

	if (!wanted)
		return;
	creds = kcalloc(wanted, sizeof(*creds), GFP_KERNEL);
	if (!creds)
		return;

	/* prepare_creds() copies what the task acts with. */
	old = ovl_override_creds(sb);
	csb->creator = current_cred();
	while (csb->nr_creds < wanted) {
		struct cred *copy = prepare_creds();

		if (!copy)
			break;
		creds[csb->nr_creds++] = copy;
	}
	calm_revert_creds(old);

	if (!csb->nr_creds) {
		kfree(creds);
		return;
	}
	csb->creds = creds;
	spin_lock(&creators_lock);
	hash_add_rcu(creators, &csb->creator_hash, (unsigned long)csb->creator);
	spin_unlock(&creators_lock);
}

/**
 * mounter_cred_forget - let no more call sites find the copies
 * @csb: state of an overlay whose last operation has ended
 *
 * To be called while upstream still holds @csb->creator: once that is freed, the
 * next mounter's credentials may lie at the same address, and must not be
 * taken for it.
 *
 * Context: process context. Readers of the hash may still walk over @csb: free
 * it after a grace period.
 */
void mounter_cred_forget(struct calm_sb *csb)
{
	if (!csb->nr_creds)
		return;
	spin_lock(&creators_lock);
	hash_del_rcu(&csb->creator_hash);
	spin_unlock(&creators_lock);
}

/**
 * mounter_cred_finish - release the copies
 * @csb: state of an overlay after mounter_cred_forget() and upstream's
 *	put_super, which has let a grace period pass where it unmounts private
 *	mounts: a path walk under RCU may have picked a copy until then
 *
 * Context: process context.
 */
void mounter_cred_finish(struct calm_sb *csb)
{
	while (csb->nr_creds)
		put_cred(csb->creds[--csb->nr_creds]);
	kfree(csb->creds);
	csb->creds = NULL;
}
