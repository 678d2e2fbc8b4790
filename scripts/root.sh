# shellcheck shell=bash
# A bare root of this machine's release, as debootstrap makes it, and commands in it: for the
# scripts that try what a new user has. Source it after lib.sh. A root of the other processor wants
# a namespace in which that one's programs run: in_namespace of scripts/aarch64.

# shellcheck source=/dev/null
distribution=$(. /etc/os-release 2>/dev/null && echo "${ID:-}")
# shellcheck source=/dev/null
release=$(. /etc/os-release 2>/dev/null && echo "${VERSION_CODENAME:-}")
bare='' toolkit='' # where it is; a CUDA toolkit that it sees, read-only

# Why there can be no such root here; nothing where there can.
why_no_root() {
	[[ $(id -u) == 0 ]] || { echo "only root can make such a root"; return; }
	command -v debootstrap >/dev/null || { echo "debootstrap is not installed"; return; }
	[[ $distribution == debian || $distribution == ubuntu ]] || { echo "this is neither Debian nor Ubuntu"; return; }
	[[ -n $(mirror) ]] || { echo "apt has no source to take packages from"; return; }
	awk '{ users += $3 } END { exit users < 65536 }' /proc/self/uid_map || { echo "such a root has more users than there are here"; return; }
	unshare -m mount --make-rprivate / 2>/dev/null || echo "mounting is not allowed here"
}

# The first of apt's own sources for this release.
mirror() {
	apt-get indextargets --format '$(SITE) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 2>/dev/null |
		awk -v release="$release" '$2 == release && $3 == "main" && !found {found = 1; print $1}'
}

make_bare_root() { # folder [architecture, if not this machine's]
	local sections=main from
	from=$(mirror)
	[[ $distribution != ubuntu ]] || sections='main universe'
	# In a namespace no devices can be made; debootstrap knows that of LXC.
	grep -q ' 4294967295$' /proc/self/uid_map || local -x container=lxc
	debootstrap --variant=minbase ${2:+--arch="$2"} "$release" "$1" "$from"
	echo "deb $from $release $sections" >"$1/etc/apt/sources.list"
	apt-config dump | grep -i '^Acquire.*proxy' >"$1/etc/apt/apt.conf.d/proxy" || true
	cp /etc/resolv.conf /etc/hosts "$1/etc/"
}

# Runs a command in $bare: nothing of this machine but its devices and, read-only, a toolkit.
in_root() { # user folder command...
	local user=$1 folder=$2
	shift 2
	unshare -m bash -euc '
		bare=$0 toolkit=$1 user=$2 folder=$3
		shift 3
		mount --make-rprivate /
		mount -t proc proc "$bare/proc" 2>/dev/null || mount --rbind /proc "$bare/proc"
		mount --rbind /dev "$bare/dev"
		mount -t sysfs sys "$bare/sys" 2>/dev/null || mount --rbind /sys "$bare/sys"
		if [ -n "$toolkit" ]; then
			mount --bind "$toolkit" "$bare/usr/local/cuda"
			mount -o remount,ro,bind "$bare/usr/local/cuda"
		fi
		exec chroot "$bare" /usr/bin/env -i HOME=/ TERM=dumb CI="${CI-}" \
			PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
			setpriv --reuid "$user" --regid "$user" --init-groups --reset-env \
			bash -c "cd \"\$0\" && exec \"\$@\"" "$folder" "$@"' \
		"$bare" "$toolkit" "$user" "$folder" "$@"
}
