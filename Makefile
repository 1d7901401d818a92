# SPDX-License-Identifier: GPL-2.0-only
#
# ovl-calm from the top. `make help` lists the targets.

# DKMS 2.x runs the kernel's `make clean` here, which reads this file as a Kbuild.
ifeq ($(KBUILD_EXTMOD),)

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

KVER ?= $(shell uname -r)
KDIR ?= /lib/modules/$(KVER)/build
KSRC ?=
# Not O: make hands command-line variables down, and the kernel's Makefile has an O of its own.
OUT ?= build/modules/$(KVER)
SUITES ?= bullseye bookworm trixie trixie-backports
DEMO_SUITE ?= bookworm
MATRIX ?= short

# Debian packages, and why:
#   gcc make libc6-dev pkg-config  build the tools, PID 1 of the guests, the QEMU plugin
#   libmount-dev libjson-c-dev     mounts and JSON of ovl-storm
#   libfuse3-dev                   the FUSE server of fuse-stall
#   libtracefs-dev libtraceevent-dev  trace instances and events of the tools
#   libncurses-dev                 the live view of wb-top
#   libcmocka-dev                  unit tests of C code
#   shellcheck clang-format        lint and format
#   rpm libarchive-tools bzip2     kernel-source's tests make source RPMs and odd archives
#   debhelper dh-dkms dpkg-dev     the Debian package
#   lintian man-db                 check it and the manual pages
#   rpmlint                        checks the RPM
#   prometheus ansible-core        promtool and ansible-playbook check what fleets use (no server runs)
#   python3-yaml                   reads the manifest for Kubernetes
#   clang libclang-rt-dev         libFuzzer and the sanitizers for what parses
#   linux-libc-dev git perl xz-utils  kernel headers for tools, file lists, checkpatch, archives
packages-check := gcc make libc6-dev linux-libc-dev pkg-config libmount-dev libjson-c-dev libcmocka-dev \
	libfuse3-dev libtracefs-dev libtraceevent-dev libncurses-dev \
	shellcheck clang-format clang libclang-rt-dev git perl xz-utils zstd bzip2 rpm libarchive-tools cpio kmod \
	debhelper dh-dkms dpkg-dev lintian man-db rpmlint prometheus ansible-core python3-yaml
#   qemu-system-x86                boots the guests
#   mmdebstrap debian-archive-keyring  makes their root images
#   e2fsprogs cpio kmod jq         disk images, initramfs, modules, JSON in scripts
#   gnuplot-nox chromium           pictures and look of ovl-storm's report
#   ovmf efitools openssl          UEFI firmware that knows a signing key
packages-guest := gnuplot-nox chromium qemu-system-x86 mmdebstrap debian-archive-keyring e2fsprogs util-linux mount jq \
	ovmf efitools openssl
#   gnuplot-nox                    draws the picture of contended lines
packages-contention := gnuplot-nox
#   flex bison bc libelf-dev libssl-dev  build a kernel
packages-sanitize := flex bison bc libelf-dev libssl-dev
packages-deb := debhelper dh-dkms dpkg-dev

DESTDIR ?=
PREFIX ?= /usr
UNITDIR ?= $(PREFIX)/lib/systemd/system
UDEVDIR ?= $(PREFIX)/lib/udev/rules.d

.PHONY: help
help:
	@echo 'make demo          boot a Debian kernel, measure the stock module against ours (root)'
	@echo 'make test          every test: unit, lint, guests of all suites (root)'
	@echo 'make test-runtimes container engines on the stock module, on ours and across, all of it (root)'
	@echo 'make test-load     hundreds of container starts: no leak, no slow-down (root)'
	@echo 'make test-tools    the tools in depth: causes made on purpose, kinds of advice, containers (root)'
	@echo 'make test-fuse     FUSE writeback in guests of several sizes, and beside a flood of mounts (root)'
	@echo 'make test-sanitize cases on kernels with KASAN, lockdep, kmemleak, KCSAN ... (root);'
	@echo '                   SANITIZE=full: all that drive the modules'
	@echo 'make check         format, lint and unit tests only'
	@echo 'make modules       build overlay.ko and fuse.ko for KVER=$(KVER); KDIR= and KSRC= name other trees'
	@echo 'make guest-test    test one kernel: KERNEL=<bzImage> KDIR=<built tree> KSRC=<source tree> (root)'
	@echo 'make install       install module sources and tools: DESTDIR= PREFIX=$(PREFIX) UNITDIR= UDEVDIR='
	@echo 'make deb           the Debian package for this release, in build/deb/'
	@echo 'make rpm           source and binary RPM, in build/rpm/'
	@echo 'make test-packages the life of the Debian package in each suite, a boot after every step (root)'
	@echo 'make contention    count contended cache lines per operation, stock against ours (root);'
	@echo '                   MATRIX=full: with every combination of settings'
	@echo 'make storm         build the stress harness, build/storm/ovl-storm'
	@echo 'make format        apply the coding style to user-space C'
	@echo 'make clean         remove build/'
	@echo 'Variables: SUITES="$(SUITES)" OVL_CACHE OVL_MIRROR OVL_SECURITY_MIRROR'

.PHONY: modules
modules:
	+@tools/build-module --kernel '$(KVER)' --kdir '$(KDIR)' --output '$(OUT)' $(if $(KSRC),--source '$(KSRC)')

.PHONY: deps-check deps-guest
deps-check:
	@tools/need-packages $(packages-check)
deps-guest: deps-check
	@tools/need-packages $(packages-guest)

.PHONY: storm
storm: deps-check
	+@$(MAKE) -C test/storm all O='$(CURDIR)/build/storm'

.PHONY: tools
tools:
	+@packaging/install --build '$(CURDIR)/build/tools'

# Installs no package of the system's: what is missing, the compiler names.
.PHONY: install
install: tools
	@packaging/install --install '$(CURDIR)/build/tools' --destdir '$(DESTDIR)' --prefix '$(PREFIX)' \
		--unitdir '$(UNITDIR)' --udevdir '$(UDEVDIR)'

.PHONY: deb
deb: deps-check
	@tools/need-packages $(packages-deb)
	@packaging/deb build/deb

.PHONY: rpm
rpm: deps-check
	@packaging/rpm/build build/rpm

.PHONY: test-packages
test-packages: deps-guest
	@status=0; for suite in $(SUITES); do test/packages/run $$suite --all || status=1; done; exit $$status

.PHONY: check
check: deps-check
	@test/check

.PHONY: format
format:
	git ls-files '*.c' '*.h' | grep -vE '^(ovl|vfs-backports|tools/lib/probes)/' | xargs clang-format -i

.PHONY: test
test: deps-guest
	@tools/need-packages $(packages-sanitize)
	@SUITES='$(SUITES)' test/all

.PHONY: test-runtimes
test-runtimes: deps-guest
	@SUITES='$(SUITES)' test/all --env OVL_RUNTIMES=full --timeout 14400 --mem 4096 --cases same-bytes \
		--cases 'docker-*' --cases module-swap-under-docker --cases 'podman-*' --cases containerd-snapshotter

# One suite by default: what it looks for does not depend on the kernel.
LOAD_SUITES ?= bookworm
.PHONY: test-load
test-load: deps-guest
	@SUITES='$(LOAD_SUITES)' test/all --env OVL_LOAD_RUNC=450 --env OVL_LOAD_DOCKER=50 --timeout 7200 \
		--cases container-load

.PHONY: test-tools
test-tools: deps-guest
	@SUITES='$(SUITES)' test/all --env OVL_WRITE_LAT=all --env OVL_TOOLS=all --timeout 5400 \
		--cases 'write-lat-*' --cases 'doctor-*' --cases wb-top --cases storm-in-container

# MiB of the guests: the bound of a FUSE mount is 1 % of what a host may have dirty, so its memory decides.
FUSE_MEMORY ?= 512 1024 12288
FUSE_WRITER_MEMORY ?= 1024 4096
.PHONY: test-fuse
test-fuse: deps-guest
	@status=0; for mem in $(FUSE_MEMORY); do \
		OVL_RESULTS='$(CURDIR)/build/test-fuse/'$$mem SUITES='$(SUITES)' test/all --mem $$mem --env OVL_FUSE=full \
		--timeout 7200 --cases fuse-flood --cases fuse-acknowledged --cases fuse-bound || status=1; done; \
	for suite in $(SUITES); do \
		test/guest/run $$suite --icount --mem 1024 --env OVL_FUSE=full --env OVL_STALL_CLOCK=instructions \
		--timeout 1800 --cases fuse-flood --out build/test-fuse/flood-$$suite || status=1; \
		for mem in $(FUSE_WRITER_MEMORY); do \
		test/fuse-writer $$suite --mem $$mem --timeout 3600 --env 'OVL_STALL_SIZES=10 100' --env 'OVL_STALL_DELAYS=0 1' \
		--out build/test-fuse/writer-$$suite-$$mem || status=1; done; done; exit $$status

# SUITE-KIND of the kernels.
SANITIZERS ?= bookworm-kasan trixie-kasan bookworm-kcsan trixie-kcsan bookworm-failslab trixie-failslab
# full: with KASAN, all cases that drive the modules, then those with container engines; hours.
SANITIZE ?= short
.PHONY: test-sanitize
test-sanitize: deps-guest
	@$(if $(filter short full,$(SANITIZE)),,$(error SANITIZE=$(SANITIZE) is neither short nor full))
	@tools/need-packages $(packages-sanitize)
	@status=0; for kernel in $(SANITIZERS); do case $$kernel in \
		*-kasan) for cases in $(if $(filter full,$(SANITIZE)),--all --engines,''); do \
			test/sanitize/run --suite $${kernel%-kasan} $$cases || status=1; done ;; \
		*-kcsan | *-failslab) test/sanitize/run --suite $${kernel%-*} --$${kernel##*-} || status=1 ;; \
		*) echo "SANITIZERS: $$kernel: none of SUITE-kasan, SUITE-kcsan and SUITE-failslab" >&2; status=1 ;; \
		esac; done; exit $$status

.PHONY: demo
demo: deps-guest
	@test/demo '$(DEMO_SUITE)'

.PHONY: guest-test
guest-test: deps-guest
	@test/any-kernel '$(KERNEL)' '$(KDIR)' '$(KSRC)'

.PHONY: contention
contention: deps-guest
	@$(if $(filter short full,$(MATRIX)),,$(error MATRIX=$(MATRIX) is neither short nor full))
	@tools/need-packages $(packages-contention)
	@test/contention/matrix --suites '$(SUITES)' $(if $(filter full,$(MATRIX)),--full) \
		--svg build/contention.svg

.PHONY: clean
clean:
	rm -rf build

endif
