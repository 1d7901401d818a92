# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# What a Docker host does to its layers. Source lib-runtimes.sh first.
# shellcheck disable=SC2154,SC2120 # variables of the case and of lib-runtimes.sh, options of some cases

docker_root=$PWD/disk/docker

# dockerd_start [OPTION...]: with the driver that it chooses itself. Its log: dockerd.log. It answers only when
# it has started the containers that come back, which takes minutes on a busy emulator.
dockerd_start() {
	kill -0 "${containerd_pid:-none}" 2> /dev/null || containerd_start
	rm -f /run/docker.pid /run/docker.sock
	: > dockerd.log		# before the process in the background does it: an old log says that it is up
	dockerd --data-root "$docker_root" --exec-root /run/docker --pidfile /run/docker.pid \
		--containerd "$containerd_socket" --iptables=false --ip6tables=false --bridge=none "$@" > dockerd.log 2>&1 &
	dockerd_pid=$!
	wait_for 900 dockerd_answers || die "dockerd does not come up: $(tail -n 2 dockerd.log)"
}

dockerd_answers() {
	grep -q 'API listen on' dockerd.log || {
		kill -0 "$dockerd_pid" 2> /dev/null || die "dockerd died: $(tail -n 2 dockerd.log)"
		false
	}
}

# dockerd_stop: as `systemctl stop docker` does.
dockerd_stop() {
	kill -TERM "$dockerd_pid"
	wait "$dockerd_pid" || :
}

docker_load() {
	docker image inspect calm:1 > /dev/null 2>&1 || docker load -q -i "$calm_image" > /dev/null ||
		die "docker load failed"
}

docker_layers=3
! is_full || docker_layers=40

# docker_context: a build that stacks layers; each third one runs a container and removes things.
docker_context() {
	mkdir -p context
	echo FROM calm:1 > context/Dockerfile
	layer=1
	while [ $layer -le $docker_layers ]; do
		echo "file of layer $layer" > "context/file$layer"
		touch -d @1500000000 "context/file$layer"
		if [ $((layer % 3)) = 0 ]; then
			echo "RUN rm /built/file$((layer - 2)) && mv /built/file$((layer - 1)) /built/moved$layer && mkdir -p /built/dir"
		else
			echo "COPY file$layer /built/"
		fi >> context/Dockerfile
		layer=$((layer + 1))
	done
}

# docker_write NAME: leaves an image built, a container that churned, an image committed from it, a
# volume, and a container that runs on and comes back with the daemon.
docker_write() {
	docker_load
	docker_context
	DOCKER_BUILDKIT=0 docker build -q --no-cache --network none -t "$1-built" context > "$1.build.log" 2>&1 ||
		die "docker build failed: $(tail -n 3 "$1.build.log")"
	docker run --name "$1-churn" --network none -v "$1-vol:/vol" "$1-built" \
		sh -c 'churn && mkdir -p /vol/dir && echo kept > /vol/dir/file && ln /vol/dir/file /vol/second' \
		> "$1.churn.log" 2>&1 || die "the container failed: $(tail -n 5 "$1.churn.log")"
	docker commit "$1-churn" "$1-kept" > /dev/null
	docker run -d --restart always --network none --name "$1-stays" -v "$1-vol:/vol" calm:1 \
		sh -c 'trap exit TERM; echo started >> /starts; rm -f /data/old/a; while :; do sleep 1; done' > /dev/null
}

# docker_see NAME: what Docker shows of it.
docker_see() {
	docker image inspect -f '{{len .RootFS.Layers}} layers' "$1-built"
	echo "== diff"
	docker diff "$1-churn" | LC_ALL=C sort
	echo "== logs"
	docker logs "$1-churn" 2>&1
	echo "== export"
	mkdir -p disk/exported		# a tmpfs may have no user.* attributes
	docker export "$1-churn" | tar -C disk/exported --xattrs --xattrs-include='*' --numeric-owner -xpf -
	fingerprint disk/exported
	rm -rf disk/exported
	echo "== a read-only container of the committed image"
	docker run --rm --read-only --network none "$1-kept" \
		sh -c 'cd /data && ! touch x 2> /dev/null && find . | sort && cat old/a two "other name" && tail -c 20 big' 2>&1
	echo "== volume"
	fingerprint "disk/docker/volumes/$1-vol/_data"
}

docker_on_disk() {
	upper_directories "$1" docker
}

# docker_up WHO: what `docker info` and the daemon's log say of the module.
docker_up() {
	dockerd_start
	docker_storage > storage
	is "$(sed -n 1p storage)" "Storage Driver: overlay2" "docker: on $1 docker info says overlay2"
	is "$(grep WARNING storage)" "" "docker: and warns of nothing that concerns it"
	is "$(grep -E 'level=(warn|error)' dockerd.log | grep -iE 'overlay|graphdriver|d_type')" "" "docker: nor does the daemon"
	[ -e storage.first ] || cp storage storage.first
	runs "docker: on $1 docker info says of storage what it said first" diff storage.first storage
}

docker_reads() {
	runs "docker: on $2 the container that ran came back" wait_for 60 docker_stays_up "$1"
	runs "docker: with its files" wait_for 60 docker_started "$1-stays" 2
}

# docker_storage: what `docker info` says of it.
docker_storage() {
	docker info 2>&1 | sed -n '/Storage Driver:/,/userxattr\|Native Overlay/p; /WARNING/p' |
		awk '!/WARNING/ || /overlay|storage|d_type|xfs|data loop/ { sub(/^ */, ""); print }'
}

docker_stays_up() {
	[ "$(docker container inspect -f '{{.State.Running}}' "$1-stays" 2> /dev/null)" = true ]
}

# docker_started CONTAINER TIMES: as its own file says. A container runs before its program has written there.
docker_started() {
	[ "$(docker exec "$1" cat /starts | wc -l)" = "$2" ]
}
