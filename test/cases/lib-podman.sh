# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Podman and buildah, by root or by an ordinary user. Source lib-runtimes.sh first. Set
#   engine_user      empty, or the words that run a command as that user
#   podman_runtime   crun or runc
#   podman_options   more options of podman run
#   podman_work      variables of the container
# shellcheck disable=SC2154,SC2120 # variables of the case and of lib-runtimes.sh, options of some cases
podman_layers=6
! is_full || podman_layers=40

# The driver is named, or Podman takes vfs for a user without a configuration.
podman_do() {
	# shellcheck disable=SC2086
	$engine_user podman --root "$PWD/disk/podman" --runroot "$podman_state/run" --tmpdir "$podman_state/tmp" \
		--storage-driver overlay --cgroup-manager cgroupfs --events-backend none --runtime "$podman_runtime" "$@"
}

podman_up() {
	[ -e /etc/resolv.conf ] || : > /etc/resolv.conf		# older buildah wants to copy it
	is "$(podman_do info -f '{{.Store.GraphDriverName}}' 2>> podman.log)" overlay "podman: on $1 its driver is overlay"
}

podman_write() {
	podman_do image exists docker.io/library/calm:1 || podman_do load -q -i "$calm_image" > /dev/null 2>> podman.log ||
		die "podman load failed: $(tail -n 1 podman.log)"
	# shellcheck disable=SC2086
	podman_do run --name "$1-churn" --network none $podman_options -v "$1-vol:/vol" docker.io/library/calm:1 \
		sh -c "${podman_work:+export $podman_work;} churn && mkdir /vol/dir && echo kept > /vol/dir/file" \
		> "$1.churn.log" 2>&1 || die "the container failed: $(tail -n 5 "$1.churn.log")"
	podman_do commit -q "$1-churn" "$1-kept" > /dev/null 2>> podman.log
	# Without --layers a build is one layer; with them, layers of a build before would be taken, but for the label.
	mkdir -p context
	echo FROM docker.io/library/calm:1 > context/Containerfile
	echo "LABEL run=$1" >> context/Containerfile
	layer=1
	while [ $layer -le $podman_layers ]; do
		echo "file of layer $layer" > "context/file$layer"
		touch -d @1500000000 "context/file$layer"
		[ $layer != 4 ] || echo "RUN rm /built/file2 && mv /built/file1 /built/moved" >> context/Containerfile
		echo "COPY file$layer /built/" >> context/Containerfile
		layer=$((layer + 1))
	done
	# shellcheck disable=SC2086
	$engine_user buildah --root "$PWD/disk/podman" --runroot "$podman_state/run" --storage-driver overlay bud --pull-never \
		--layers --isolation chroot -t "$1-built" context > "$1.build.log" 2>&1 ||
		die "buildah failed: $(tail -n 3 "$1.build.log")"
}

podman_see() {
	echo "$(podman_do image inspect -f '{{len .RootFS.Layers}}' "$1-built") layers built"
	echo "== diff"
	podman_do diff "$1-churn" | LC_ALL=C sort
	echo "== logs"
	podman_do logs "$1-churn" 2>&1
	echo "== export"
	mkdir -p disk/exported		# a tmpfs may have no user.* attributes
	# To a file: a user may not open a pipe of root's by its path, as podman does.
	podman_do export -o "$PWD/disk/podman/exported.tar" "$1-churn"
	tar -C disk/exported --xattrs --xattrs-include='*' --numeric-owner -xpf disk/podman/exported.tar
	rm disk/podman/exported.tar
	fingerprint disk/exported
	rm -rf disk/exported
	echo "== a read-only container of each image"
	# shellcheck disable=SC2086
	podman_do run --rm --read-only --network none $podman_options "$1-kept" \
		sh -c 'cd /data && ! touch x 2> /dev/null && find . | sort && cat old/a two "other name"' 2>&1
	# shellcheck disable=SC2086
	podman_do run --rm --read-only --network none $podman_options "$1-built" sh -c 'cd /built && ls && cat *' 2>&1
	echo "== volume"
	fingerprint "disk/podman/volumes/$1-vol/_data"
}

podman_on_disk() {
	upper_directories "$1" podman_do
}

podman_reads() {
	is "$(podman_do ps -a --format '{{.Names}}' | grep -c "^$1-churn\$")" 1 "podman: on $2 the container is known"
}
