#!/bin/sh
# Makes build/quittance_VERSION_ARCH.deb from what `make install` installs. The same source makes the
# same bytes on the same Debian release: the times are those of the release, the owner is root, the
# order is sorted. `make deb` calls it with B, VERSION and RELEASED.
set -eu
cd "$(dirname "$0")/.."
umask 022
for need in dpkg-deb dpkg-shlibdeps strip; do
    command -v $need >/dev/null || { echo "$need is missing: sudo apt-get install dpkg-dev" >&2; exit 1; }
done
root=$PWD/build/deb
epoch=${SOURCE_DATE_EPOCH:-$(date -u -d "$RELEASED" +%s)}
arch=$(dpkg --print-architecture)
export LC_ALL=C

rm -rf "$root"
mkdir -p "$root/DEBIAN" "$root/etc"
make -s install DESTDIR="$root" PREFIX=/usr UNITS=/lib/systemd/system ZSH=/usr/share/zsh/vendor-completions
strip --strip-unneeded --remove-section=.comment --remove-section=.note "$root/usr/bin/quittance"
doc=$root/usr/share/doc/quittance
rm "$doc/LICENSE" # the copyright file names where Debian keeps it
cp etc/debian/copyright "$doc/copyright"
printf 'quittance (%s) unstable; urgency=medium\n\n  * CHANGELOG.md tells.\n\n -- %s  %s\n' "$VERSION" \
    "The Quittance authors <quittance@example.com>" "$(date -u -R -d "@$epoch")" >"$doc/changelog"
gzip -n9 "$doc/changelog" "$root"/usr/share/man/man*/*

# The example, with what a fresh service needs switched on.
sed -e 's/^#\(database\|keyfile\) =/\1 =/' -e 's|^#mail = .*|mail = file:/var/lib/quittance/mail|' \
    "$doc/examples/quittance.conf" >"$root/etc/quittance.conf"
echo /etc/quittance.conf >"$root/DEBIAN/conffiles"

# Which packages have the libraries: dpkg-shlibdeps wants a source package's folder around it.
mkdir -p build/shlibdeps/debian
: >build/shlibdeps/debian/control
depends=$(cd build/shlibdeps && dpkg-shlibdeps -O "$root/usr/bin/quittance" | sed 's/^shlibs:Depends=//')
size=$(find "$root" -path "$root/DEBIAN" -prune -o -type f -printf '%s\n' |
    awk '{ s += int(($1 + 1023) / 1024) } END { print s }')
sed -e "s|@VERSION@|$VERSION|" -e "s|@ARCH@|$arch|" -e "s|@SIZE@|$size|" -e "s|@DEPENDS@|$depends|" \
    etc/debian/control >"$root/DEBIAN/control"
install -m 755 etc/debian/postinst etc/debian/prerm etc/debian/postrm "$root/DEBIAN"
(cd "$root" && find . -path ./DEBIAN -prune -o -type f -print | sort | sed 's|^\./||' |
    grep -v '^etc/' | xargs md5sum) >"$root/DEBIAN/md5sums"

find "$root" -type d -exec chmod 755 {} +
find "$root" -exec touch -h -d "@$epoch" {} +
SOURCE_DATE_EPOCH=$epoch dpkg-deb --root-owner-group --threads-max=1 -Zxz --build "$root" \
    "build/quittance_${VERSION}_$arch.deb" >/dev/null
echo "build/quittance_${VERSION}_$arch.deb is made."
