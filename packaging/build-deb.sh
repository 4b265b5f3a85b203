#!/bin/bash
# Builds the Debian packages from this checkout, the changes not committed yet included, and leaves the checkout as it is.
#   packaging/build-deb.sh [DIRECTORY]      DIRECTORY (target/deb if not given) is emptied; the .debs are put there
# Needs: apt-get build-dep ./packaging, or the packages that packaging/debian/control names. DEB_BUILD_OPTIONS=nocheck
# leaves the unit tests out. Two builds of one state give the same bytes, whatever the directory, umask, zone or language.
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
case ${1:-} in -*) sed -n '2,5s/^# \{0,1\}//p' "$0"; exit 2 ;; esac
changelog=$top/packaging/debian/changelog
for tool in dpkg-parsechangelog dpkg-buildpackage dh asciidoctor mvn jq zip; do
  command -v "$tool" >/dev/null || { echo "build-deb.sh: $tool is not installed; it needs: $(sed -n 's/^Build-Depends: //p' "$top/packaging/debian/control")" >&2; exit 69; }
done
name=$(dpkg-parsechangelog -l "$changelog" -S Source)
version=$(dpkg-parsechangelog -l "$changelog" -S Version)
SOURCE_DATE_EPOCH=$(dpkg-parsechangelog -l "$changelog" -S Timestamp)
export SOURCE_DATE_EPOCH
umask 022
out=${1:-$top/target/deb}
rm -rf "${out:?}"
mkdir -p "$out/$name-$version"
out=$(cd "$out" && pwd)
tree=$out/$name-$version
if git -C "$top" rev-parse --git-dir >/dev/null 2>&1; then
  # what is deleted and not committed yet is in the index still, and is no file
  (cd "$top" && git ls-files -z --cached --others --exclude-standard | while IFS= read -r -d '' file; do [ ! -e "$file" ] || printf '%s\0' "$file"; done |
    tar --null --no-recursion -T - -cf -) | tar -xf - -C "$tree"
else
  tar -C "$top" --exclude=target --exclude=./.git -cf - . | tar -xf - -C "$tree"
fi
cp -a "$tree/packaging/debian" "$tree/debian"
# a checkout's own rights, of a umask of 077 say, are not the packages'
chmod -R u+rwX,go+rX,go-w "$tree"
# dpkg-deb brings younger times down to that of the changelog; older ones would differ from checkout to checkout
find "$tree" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
# what the packages are to be made of, and nothing of who makes them
(cd "$tree" && LC_ALL=C.UTF-8 TZ=UTC dpkg-buildpackage -b -us -uc -ui)
rm -rf "$tree"
ls -l "$out"/*.deb
