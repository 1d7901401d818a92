// SPDX-License-Identifier: GPL-2.0-only
/*
 * Provides the min_ratio of a backing device as root would set it.
 *
 * The kernel keeps the sum of all min_ratio below 100 and takes a device's
 * part back when the device goes, but only through a function that modules
 * cannot call. Its sysfs file can: we look the attribute up in the device's
 * class and use it. So the sum is right whoever writes, in whatever unit this
 * kernel keeps it.
 */
#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "fuse_calm.h"

static struct device_attribute *find_attribute(const struct device *dev, const char *name)
{
#ifdef CALM_HAVE_CLASS_DEV_ATTRS
	struct device_attribute *one;
#endif
#ifdef CALM_HAVE_CLASS_DEV_GROUPS
	const struct attribute_group **group;
	struct attribute **attr;

	for (group = dev->class->dev_groups; group && *group; group++)
		for (attr = (*group)->attrs; attr && *attr; attr++)
			if (!strcmp((*attr)->name, name))
				return container_of(*attr, struct device_attribute, attr);
#endif
#ifdef CALM_HAVE_CLASS_DEV_ATTRS
	for (one = dev->class->dev_attrs; one && one->attr.name; one++)
		if (!strcmp(one->attr.name, name))
			return one;
#endif
	return NULL;
}

/**
 * calm_bdi_set_min_ratio - write the min_ratio of a backing device
 * @bdi: a registered backing device
 * @percent: of the dirty threshold, 0 to 99
 *
 * Context: process context, takes the kernel's bdi_lock.
 * Return: 0; -EINVAL when it is above the device's max_ratio or the sum over
 * all devices would reach 100; -ENODEV when the device has no such file.
 */
int calm_bdi_set_min_ratio(struct backing_dev_info *bdi, unsigned int percent)
{
	struct device_attribute *attr = bdi->dev ? find_attribute(bdi->dev, "min_ratio") : NULL;
	char text[12];
	ssize_t err;

	if (!attr || !attr->store)
		return -ENODEV;
	err = attr->store(bdi->dev, attr, text, scnprintf(text, sizeof(text), "%u\n", percent));
	return err < 0 ? err : 0;
}

/*
 * A whole page, as sysfs gives it. Not allocated when it is needed: a device
 * that goes when memory is short would keep its part of the sum for ever.
 */
static char shown[PAGE_SIZE] __aligned(PAGE_SIZE);

/**
 * calm_bdi_min_ratio - the min_ratio of a backing device
 * @bdi: a registered backing device
 *
 * Context: process context, calm_mutex held, may sleep.
 * Return: percent of the dirty threshold, rounded as its sysfs file rounds it,
 * or -ENODEV when the device has no such file.
 */
int calm_bdi_min_ratio(struct backing_dev_info *bdi)
{
	struct device_attribute *attr = bdi->dev ? find_attribute(bdi->dev, "min_ratio") : NULL;
	int ratio;

	lockdep_assert_held(&calm_mutex);
	if (!attr || !attr->show || attr->show(bdi->dev, attr, shown) < 0 ||
	    kstrtoint(strim(shown), 10, &ratio))
		return -ENODEV;
	return ratio;
}
