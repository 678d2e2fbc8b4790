# shellcheck shell=bash
# The libraries and headers of an older Debian, for either processor, unpacked into a folder: what is
# built with them runs on systems as old, and elsewhere. Source it after lib.sh.
#
# Packages come from apt's own sources by a state of apt's that is not the machine's, and nothing of
# the machine is changed. No root is needed.

old_release=bullseye # glibc 2.31, with no symbol of 2.29 to 2.31 in what the bundle takes but one
old_gcc=10
old_keys=/usr/share/keyrings/debian-archive-keyring.gpg
machine_of_debian() { [[ $1 == x86_64 ]] && echo amd64 || echo arm64; } # PROCESSOR

# The first of apt's own sources that is Debian's archive.
debian_mirror() {
	apt-get indextargets --format '$(SITE) $(ORIGIN) $(COMPONENT) $(LABEL)' 'Created-By: Packages' 2>/dev/null |
		awk '$2 == "Debian" && $3 == "main" && $4 == "Debian" && !found { found = 1; print $1 }'
}

why_no_sysroot() {
	command -v apt-get >/dev/null || { echo "no apt-get to take the libraries of an older Debian with"; return; }
	[[ -r $old_keys ]] || { echo "no keys of Debian's archive (package debian-archive-keyring)"; return; }
	local from probe
	from=$(debian_mirror)
	[[ -n $from ]] || { echo "apt has no source of Debian's (apt-get update?)"; return; }
	probe=$(mktemp -d)
	/usr/lib/apt/apt-helper -o APT::Sandbox::User=root download-file "$from/dists/$old_release/InRelease" "$probe/InRelease" >/dev/null 2>&1 ||
		echo "Debian's $old_release is not to be had from $from"
	rm -rf "$probe"
}

# Everything that the build and its tests need by a header, and what runs them.
make_sysroot() { # FOLDER PROCESSOR
	local sysroot=$1 apt=$1.apt packages options archive architecture
	[[ ! -e $sysroot/complete ]] || return 0
	architecture=$(machine_of_debian "$2")
	# shellcheck disable=SC2154 # of lib.sh
	mapfile -t packages < <(awk '$2 ~ /^</ { print $1 }' <<<"$package_table")
	rm -rf "$sysroot" "$apt"
	mkdir -p "$sysroot/var/lib/dpkg/info" "$apt/lists/partial" "$apt/cache/archives/partial"
	echo 1 >"$sysroot/var/lib/dpkg/info/format"
	: >"$apt/status"
	echo "deb [signed-by=$old_keys] $(debian_mirror) $old_release main" >"$apt/sources.list"
	options=(-o APT::Architecture="$architecture" -o APT::Architectures="$architecture" -o Dir::State="$apt"
		-o Dir::State::lists="$apt/lists" -o Dir::State::status="$apt/status" -o Dir::Cache="$apt/cache"
		-o Dir::Etc::SourceList="$apt/sources.list" -o Dir::Etc::SourceParts=/dev/null -o Debug::NoLocking=1
		-o APT::Sandbox::User=root)
	apt-get "${options[@]}" -qq -o APT::Update::Error-Mode=any update || return
	apt-get "${options[@]}" -qq -y --no-install-recommends --download-only install \
		libc6-dev libstdc++6 libunwind8 "${packages[@]}" || return
	# The headers of C++ alone: a compiler is the machine's.
	(cd "$apt/cache/archives" && apt-get "${options[@]}" -qq download "libstdc++-$old_gcc-dev") || return
	for archive in "$apt"/cache/archives/*.deb; do unpack_into "$sysroot" "$archive" || return; done
	point_inside "$sysroot" || return
	ln -sfn libstdc++.so.6 "$sysroot/usr/lib/$2-linux-gnu/libstdc++.so"
	rm -rf "$apt"
	touch "$sysroot/complete"
}

# Links that name a place from the root on would lead out of it.
point_inside() { # FOLDER
	local link
	find "$1" -type l -lname '/*' -print0 | while IFS= read -r -d '' link; do
		ln -sfnr "$1$(readlink "$link")" "$link" || return
	done
}

# dpkg-query, dpkg-shlibdeps and the bundle's notes ask the folder's own list of packages.
unpack_into() { # FOLDER ARCHIVE
	local info=$1/var/lib/dpkg name
	dpkg -x "$2" "$1" || return
	name=$(dpkg-deb -f "$2" Package)
	[[ $(dpkg-deb -f "$2" Multi-Arch) != same ]] || name+=:$(dpkg-deb -f "$2" Architecture)
	dpkg-deb --fsys-tarfile "$2" | tar -t | sed 's,^\.,,; s,/$,,; s,^$,/.,' >"$info/info/$name.list" || return
	for control in shlibs symbols; do
		dpkg-deb -I "$2" "$control" >"$info/info/$name.$control" 2>/dev/null || rm -f "$info/info/$name.$control"
	done
	{
		dpkg-deb -f "$2"
		echo 'Status: install ok installed'
		echo
	} >>"$info/status"
}
