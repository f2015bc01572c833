#!/bin/sh
# Installs the Debian packages that scripts/packages.txt lists for the groups named, if missing.
#
#     scripts/setup.sh run test            says what is missing, installs it
#     scripts/setup.sh --missing run       only prints what is missing
#
# Quick and silent when nothing is missing. Nothing is ever removed to make room.
set -eu
cd "$(dirname "$0")/.."
only_print=
if [ "${1-}" = --missing ]; then
    only_print=yes
    shift
fi

# Packages of the groups, without those whose command is there already.
wanted() {
    while read -r group package command; do
        case " $* " in *" $group "*) ;; *) continue ;; esac
        [ -z "$command" ] || ! command -v "$command" >/dev/null || continue
        echo "$package"
    done <scripts/packages.txt
}

missing() {
    if ! command -v dpkg-query >/dev/null; then
        wanted "$@"
        return
    fi
    installed=$(dpkg-query -W -f='${db:Status-Abbrev} ${Package}\n' | sed -n 's/^ii *//p')
    for package in $(wanted "$@"); do
        echo "$installed" | grep -qxF "$package" || echo "$package"
    done
}

packages=$(missing "$@" | tr '\n' ' ')
packages=${packages% }
if [ -n "$only_print" ]; then
    echo "$packages"
    exit 0
fi
[ -n "$packages" ] || exit 0

if ! command -v apt-get >/dev/null; then
    cat >&2 <<TEXT
This machine has no apt-get, so what is missing cannot be installed for you.
Install the equivalents of these Debian packages, then try again:
  $packages
TEXT
    exit 1
fi
as_root=
if [ "$(id -u)" != 0 ]; then
    as_root=sudo
    if ! command -v sudo >/dev/null; then
        echo "Run this as root, or install sudo: these packages are missing: $packages" >&2
        exit 1
    fi
fi
cat <<TEXT
These Debian packages are missing and are now installed${as_root:+ (sudo may ask for your password)}:
$(echo "$packages" | fold -s -w 90 | sed 's/^/  /')
TEXT

# Servers that the tests start by themselves (PostgreSQL, nginx) are not to be started by their
# installation as well: Debian's own switch for that is this file, here for the moment only.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
    trap '$as_root rm -f $policy' EXIT
    trap 'exit 1' HUP INT TERM
    printf '#!/bin/sh\nexit 101\n' | $as_root tee $policy >/dev/null
    $as_root chmod +x $policy
fi

log=$(mktemp)
apt() {
    if ! $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y "$@" >"$log" 2>&1 </dev/null; then
        tail -n 20 "$log" >&2
        return 1
    fi
}
install() {
    # shellcheck disable=SC2086 # a list of words
    apt install --no-remove --no-install-recommends $packages
}
known() {
    for package in $packages; do
        apt-cache show "$package" >/dev/null 2>&1 || return 1
    done
}
known || apt update
# Lists that have aged name versions that are no longer served: fetch them and try once more.
if ! install 2>/dev/null && ! { apt update && install; }; then
    echo "Not everything could be installed. The last lines of apt-get are above; all is in $log." >&2
    exit 1
fi
rm -f "$log"
echo "Installed."
