# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154
# The native steps of test/packages/run. Sourced by `inside`, which has in_root, kernels, boot_files, $root and
# $state, a directory of the root that outlives a step: "first" and "second" hold kernel releases, "running" the
# one that the root believes to run, "version" that of the package which is installed.

first() {
	cat "$state/first"
}

second() {
	cat "$state/second"
}

version() {
	cat "$state/version"
}

# would_load KVER: the version of the overlay module that modprobe chooses, or "stock"
would_load() {
	found=$(in_root modinfo -k "$1" -F version overlay)
	echo "${found:-stock}"
}

# in_initramfs KVER: the version of the overlay module in that kernel's initramfs, "stock" or "none"
in_initramfs() {
	rm -rf "$state/initramfs"
	mkdir "$state/initramfs"
	in_root unmkinitramfs "/boot/initrd.img-$1" /ovl-test/packages/initramfs >&2
	ko=$(find "$state/initramfs" -name 'overlay.ko*' | head -n 1)
	if [ -n "$ko" ]; then
		found=$(in_root modinfo -F version "${ko#"$root"}")
		echo "${found:-stock}"
	else
		echo none
	fi
	rm -rf "$state/initramfs"
}

# said: what the last apt or dpkg said
said() {
	cat "$state/said"
}

# apt TEXT ARGUMENT...: succeeds, and leaves no package half done
apt() {
	apt_text=$1
	shift
	status=0
	in_root apt-get -y --no-install-recommends -o Debug::pkgProblemResolver=false "$@" > "$state/said" 2>&1 || status=$?
	said >&2
	if [ $status = 0 ] && [ -z "$(in_root dpkg --audit)" ]; then
		ok "$apt_text"
	else
		not_ok "$apt_text"
		diag "apt-get $*: exit status $status"
		said | tail -n 20 | sed 's/^/# /'
		in_root dpkg --audit | sed 's/^/# /'
	fi
}

# installed_for KVER: what DKMS says of the package's version there
installed_for() {
	in_root dkms status -m ovl-calm -v "$(version)" -k "$1" | grep -c installed || :
}

deb_of() {
	echo "/ovl-test/packages/deb/ovl-calm_$1_$(in_root dpkg --print-architecture).deb"
}

second_kernel_debs() {
	(cd "$root" && ls ovl-test/downloads/*.deb) | sed 's,^,/,'
}

# Two versions of the package, made in the root by its own compiler and debhelper.
step_build() {
	kernels > "$state/kernels"
	tail -n 1 "$state/kernels" > "$state/first"
	cp "$state/first" "$state/running"
	# Debian 11 may still have a /bin of its own.
	uname=$root/usr/bin/uname
	[ -e "$uname" ] || uname=$root/bin/uname
	mv "$uname" "$uname.real"
	cat > "$uname" << 'END'
#!/bin/sh
[ "$*" = -r ] || exec uname.real "$@"
echo "${OVL_UNAME:-$(uname.real -r)}"
END
	chmod 755 "$uname"
	printf '#!/bin/sh\nexit 101\n' > "$root/usr/sbin/policy-rc.d"
	chmod 755 "$root/usr/sbin/policy-rc.d"
	# As on a host, but small, and with our modules' names in it.
	echo update_initramfs=yes > "$root/etc/initramfs-tools/update-initramfs.conf"
	echo MODULES=list > "$root/etc/initramfs-tools/conf.d/ovl-test"
	echo overlay >> "$root/etc/initramfs-tools/modules"
	rm -f "$root/boot/initrd.img-$(first)"
	in_root update-initramfs -c -k "$(first)" >&2
	is "$(in_initramfs "$(first)")" stock "the initramfs carries the stock module"
	"$top/packaging/tree" "$root/ovl-test/packages/tree"
	old=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"$/\1/p' "$top/dkms.conf")
	echo "$old" > "$state/version"
	# The root has all it takes but the metapackage build-essential.
	runs "the package can be built in this release" in_root \
		/ovl-test/packages/tree/packaging/deb /ovl-test/packages/deb --no-check-builddeps
	sed -i "s/^PACKAGE_VERSION=.*/PACKAGE_VERSION=\"$old.1\"/" "$root/ovl-test/packages/tree/dkms.conf"
	runs "and its next version" in_root \
		/ovl-test/packages/tree/packaging/deb /ovl-test/packages/deb --no-check-builddeps
	rm -rf "$root/ovl-test/packages/tree"
	[ -s "$root$(deb_of "$old.1")" ] || die "no $(deb_of "$old.1")"
	in_root dpkg -c "$(deb_of "$old")" >&2
}

step_install() {
	apt "apt install" install "$(deb_of "$(version)")"
	is "$(installed_for "$(first)")" 1 "DKMS has installed it for the running kernel"
	is "$(would_load "$(first)")" "ovl-calm-$(version)" "modprobe would load ours"
	is "$(in_initramfs "$(first)")" "ovl-calm-$(version)" "and so would the initramfs"
	# The image leaves documentation out.
	is "$(in_root dpkg -V ovl-calm | grep -vE ' /usr/share/(doc|man)')" "" "its files are those of the package"
	runs "its tools run" in_root ovl-storm --list
}

# The firmware of a machine whose owner has enrolled DKMS's key in db: $out/vars.fd. None without key and tools.
step_enrol() {
	rm -f "$out/vars.fd"
	for tool in cert-to-efi-sig-list:efitools flash-var:efitools openssl:openssl; do
		command -v "${tool%%:*}" > /dev/null || {
			skip "the key is enrolled" "${tool##*:} is not installed"
			return 0
		}
	done
	if [ ! -r "$OVMF/OVMF_VARS.fd" ]; then
		skip "the key is enrolled" "ovmf is not installed"
	elif [ ! -s "$root/var/lib/dkms/mok.pub" ]; then
		skip "the key is enrolled" "this DKMS makes no key by itself"
	else
		openssl x509 -inform DER -in "$root/var/lib/dkms/mok.pub" -out "$out/mok.pem"
		cert-to-efi-sig-list "$out/mok.pem" "$out/mok.esl" >&2
		cp "$OVMF/OVMF_VARS.fd" "$out/vars.new"
		runs "the key is enrolled" flash-var "$out/vars.new" db "$out/mok.esl"
		mv "$out/vars.new" "$out/vars.fd"
	fi
}

# A kernel arrives, its source package does not.
step_no_source() {
	mkdir "$state/aside"
	mv "$root"/usr/src/linux-source-* "$state/aside/"
	# shellcheck disable=SC2046
	apt "a kernel without its source package can be installed" install $(second_kernel_debs)
	kernels | grep -vxF "$(first)" > "$state/second"
	cp "$state/second" "$state/running"
	series=$(first | sed 's/^\([0-9]*\.[0-9]*\).*/\1/')
	# Each hook of each kernel package asks DKMS, and DKMS 2 asks twice, the first time behind a heading of its own.
	is "$(said | grep -o "ovl-calm: no source of $(second).*apt install linux-source-$series" | sort -u | wc -l)" 1 \
		"one line says which source package is missing"
	is "$(would_load "$(second)") $(in_initramfs "$(second)")" "stock stock" "that kernel keeps its own module"
	is "$(would_load "$(first)") $(in_initramfs "$(first)")" "ovl-calm-$(version) ovl-calm-$(version)" "the other one keeps ours"
	if in_root dkms build -m ovl-calm -v "$(version)" -k "$(second)" > "$state/said" 2>&1; then
		not_ok "dkms build by hand fails"
	else
		ok "dkms build by hand fails"
	fi
	said | sed 's/^/# /'
	is "$(in_root apt-get -y --reinstall install "$(deb_of "$(version)")" > "$state/said" 2>&1; echo $?)" 0 \
		"the package itself can be installed without that source"
	is "$(would_load "$(second)")" stock "which changes nothing for that kernel"
}

# The source package is set up after its kernel: dpkg runs our trigger.
step_source_arrives() {
	mv "$state/aside"/* "$root/usr/src/"
	rmdir "$state/aside"
	in_root dpkg-trigger --by-package=linux-source /usr/src
	runs "dpkg runs the trigger" in_root dpkg --configure --pending
	is "$(would_load "$(second)")" "ovl-calm-$(version)" "and the module is built for the kernel that waited for it"
	is "$(would_load "$(first)")" "ovl-calm-$(version)" "and for the other one"
	is "$(in_initramfs "$(second)")" "ovl-calm-$(version)" "its initramfs has ours"
}

# no_trace TEXT: nothing of us is left
no_trace() {
	is "$(in_root dkms status -m ovl-calm 2>&1)" "" "$1: DKMS knows nothing of us"
	is "$(cd "$root" && find lib/modules -path '*updates*' -name '*.ko*'; ls -d usr/src/ovl-calm* var/lib/dkms/ovl-calm \
		usr/sbin/ovl-* 2> /dev/null)" "" "$1: none of our files is left"
	for kver in $(kernels); do
		is "$(would_load "$kver")" stock "$1: modprobe would load the stock module of $kver"
		is "$(in_initramfs "$kver")" stock "$1: which is in its initramfs"
		runs "$1: it is the in-tree one" sh -c \
			"chroot '$root' modprobe -S '$kver' --show-depends overlay | grep /kernel/fs/overlayfs/"
	done
}

step_remove() {
	apt "apt remove" remove ovl-calm
	no_trace "removed"
	# shellcheck disable=SC2046,SC2016 # package names; for dpkg-query
	apt "the second kernel can be removed" purge $(in_root dpkg-query -W -f '${Package}\n' | grep "$(second)")
}

# The way of an upgrade: the source is there before the kernel, DKMS's own hook builds.
step_kernel_upgrade() {
	cp "$state/first" "$state/running"
	apt "apt install after a removal" install "$(deb_of "$(version)")"
	# shellcheck disable=SC2046
	apt "upgrade to the second kernel" install $(second_kernel_debs)
	is "$(installed_for "$(second)")" 1 "DKMS has installed the module for it"
	is "$(would_load "$(second)")" "ovl-calm-$(version)" "modprobe would load ours there"
	is "$(would_load "$(first)")" "ovl-calm-$(version)" "and on the first kernel"
	for kver in $(kernels); do
		is "$(in_initramfs "$kver")" "ovl-calm-$(version)" "the initramfs of $kver has ours"
	done
	cp "$state/second" "$state/running"
}

# to_version VERSION TEXT
to_version() {
	was=$(version)
	echo "$1" > "$state/version"
	apt "$2" --allow-downgrades install "$(deb_of "$1")"
	is "$(in_root dkms status -m ovl-calm -v "$was")" "" "$2: DKMS has forgotten $was"
	is "$(ls -d "$root/usr/src/ovl-calm-"*)" "$root/usr/src/ovl-calm-$1" "$2: only its sources are there"
	for kver in $(kernels); do
		is "$(would_load "$kver") $(in_initramfs "$kver")" "ovl-calm-$1 ovl-calm-$1" "$2: modprobe would load it on $kver, the initramfs too"
	done
}

step_upgrade() {
	to_version "$(version).1" "upgrade of the package"
}

step_downgrade() {
	to_version "$(version | sed 's/\.1$//')" "downgrade of the package"
}

step_purge() {
	apt "apt purge" purge ovl-calm
	no_trace "purged"
}

step_boot_files_first() {
	boot_files "$(first)"
}

step_boot_files_second() {
	boot_files "$(second)"
}
