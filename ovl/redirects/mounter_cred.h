/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Force-included wherever upstream references the mounter's credentials.
 *
 * Up to 6.12 override_creds() counts, and util.c calls it for all of
 * overlayfs; what is opened meanwhile takes its f_cred from the task and so
 * gets the copy as well. Later it does not count, and dir.c insists on acting
 * with the original, so only what goes into f_cred is replaced.
 */
#ifndef OVL_CALM_REDIRECTS_MOUNTER_CRED_H
#define OVL_CALM_REDIRECTS_MOUNTER_CRED_H

#include <linux/cred.h>
#include <linux/fs.h>
#ifdef CALM_HAVE_BACKING_FILE
#include <linux/backing-file.h>
#endif

#include "../calm_sb.h"

/**
 * mounter_cred - the credentials to act with in an overlay
 * @sb: the overlay
 * @creator: its mounter's credentials as upstream keeps them
 *
 * Stands in for @creator where upstream takes a counted reference on it.
 *
 * Context: any, RCU walk included; does not sleep. No reference is taken: the
 * result lives as long as @sb is mounted.
 * Return: a copy of @creator for this CPU, or @creator when there is none.
 */
static inline const struct cred *mounter_cred(struct super_block *sb, const struct cred *creator)
{
	const struct calm_sb *csb = calm_sb_of(sb);

	return csb && csb->nr_creds ? calm_sb_pick_cred(csb) : creator;
}

const struct cred *mounter_cred_of_file(const struct cred *cred);

/* upstream's, for our own use */
const struct cred *ovl_override_creds(struct super_block *sb);

#ifdef CALM_HAVE_REVERT_CREDS_LIGHT
#define calm_revert_creds(old) revert_creds_light(old)
#else
#define calm_revert_creds(old) revert_creds(old)
#endif

#ifdef CALM_REDIRECT_OVERRIDE_CREDS
/* Its one caller is ovl_override_creds(sb). */
#define override_creds(creator) override_creds(mounter_cred(sb, creator))
#endif

#ifdef CALM_REDIRECT_OVL_CREDS
/*
 * An inline function of overlayfs.h, used for what fs/backing-file.c then
 * overrides with. The definition in the header expands at include level 1 and
 * keeps upstream's meaning; calls in the .c file expand at level 0.
 */
static inline const struct cred *calm_creds_at_1(struct super_block *sb);

static inline const struct cred *mounter_cred_of_sb(struct super_block *sb)
{
	return mounter_cred(sb, calm_creds_at_1(sb));
}

#define calm_creds_at_0(sb) mounter_cred_of_sb(sb)
#define calm_creds_paste(level) calm_creds_at_##level
#define calm_creds_at(level) calm_creds_paste(level)
#define ovl_creds(sb) calm_creds_at(__INCLUDE_LEVEL__)(sb)
#endif

#ifdef CALM_REDIRECT_OPEN
#define dentry_open(path, flags, cred) dentry_open(path, flags, mounter_cred_of_file(cred))
#ifdef CALM_HAVE_BACKING_FILE
#define backing_file_open(user, flags, path, cred) \
	backing_file_open(user, flags, path, mounter_cred_of_file(cred))
#endif
#endif

#endif /* OVL_CALM_REDIRECTS_MOUNTER_CRED_H */
