// SPDX-License-Identifier: GPL-2.0-only
/*
 * encryption-policy DIR DESCRIPTOR: encrypts an empty directory with fscrypt.
 *
 * Sets a policy of version 1, whose key the kernel looks for in the keyrings of
 * the credentials that it acts with, as a logon key called fscrypt:DESCRIPTOR.
 * DESCRIPTOR is 16 hexadecimal digits.
 *
 * Exit: 0; 1 with the error; 2 usage.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fscrypt.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct fscrypt_policy_v1 policy = {
		.version = FSCRYPT_POLICY_V1,
		.contents_encryption_mode = FSCRYPT_MODE_AES_256_XTS,
		.filenames_encryption_mode = FSCRYPT_MODE_AES_256_CTS,
		.flags = FSCRYPT_POLICY_FLAGS_PAD_32,
	};
	unsigned int byte, i;
	int fd;

	if (argc != 3 || strlen(argv[2]) != 2 * sizeof(policy.master_key_descriptor)) {
		fprintf(stderr, "usage: encryption-policy DIR DESCRIPTOR\n");
		return 2;
	}
	for (i = 0; i < sizeof(policy.master_key_descriptor); i++) {
		if (sscanf(argv[2] + 2 * i, "%2x", &byte) != 1) {
			fprintf(stderr, "encryption-policy: %s: not hexadecimal\n", argv[2]);
			return 2;
		}
		policy.master_key_descriptor[i] = byte;
	}
	fd = open(argv[1], O_RDONLY | O_DIRECTORY);
	if (fd < 0 || ioctl(fd, FS_IOC_SET_ENCRYPTION_POLICY, &policy) != 0) {
		fprintf(stderr, "encryption-policy: cannot encrypt %s: %s\n", argv[1],
			strerror(errno));
		return 1;
	}
	close(fd);
	return 0;
}
