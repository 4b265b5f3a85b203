#!/bin/bash
# Makes the man pages and bash's completion of a tree that packaging/stage.sh has made.
#   packaging/pages.sh STAGE DIRECTORY      DIRECTORY/man1 man5 man7 man8, DIRECTORY/sobre.completion
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
[ $# -eq 2 ] || { sed -n '2,3s/^# \{0,1\}//p' "$0" >&2; exit 2; }
lib=$(echo "$1"/usr/share/sobre/lib/*)
mkdir -p "$2"
out=$(cd "$2" && pwd)
version=${lib##*/}
: "${SOURCE_DATE_EPOCH:=$(dpkg-parsechangelog -l "$top/packaging/debian/changelog" -S Timestamp)}"
export SOURCE_DATE_EPOCH
rm -rf "$out/commands"
java -Duser.language=en -Duser.country= -cp "$top/command-line/target/pages/*:$lib/*" "$top/packaging/pages/CommandPages.java" "$out/commands"
# bash reads it, nobody runs it
sed '1{/^#!/d}' "$out/commands/sobre.completion" > "$out/sobre.completion"
cat "$top/packaging/pages/completion" >> "$out/sobre.completion"
# the keys of sobre.yaml stand in one place, the table of docs/configuration.md
keys() {
  sed -n '/^| key | value | default /,/^$/p' "$top/docs/configuration.md" | sed '1,2d; /^$/d; s/\[\([^]]*\)\]([^)]*)/\1/g' |
    while IFS='|' read -r _ key value default reader _; do
      printf '%s::\nValue:%s. Default:%s. Read by:%s.\n\n' "$(echo "$key" | xargs)" "${value% }" "${default% }" "${reader% }"
    done
}
keys > "$out/keys"
sed -e "/^@KEYS@$/{r $out/keys" -e 'd}' "$top/packaging/pages/sobre.yaml.5.adoc" > "$out/sobre.yaml.5.adoc"
[ "$(grep -c '^Value:' "$out/sobre.yaml.5.adoc")" -gt 20 ] || { echo "pages.sh: docs/configuration.md: expected a table '| key | value | default | ...'" >&2; exit 65; }
for section in 1 5 7 8; do
  pages=()
  for page in "$out"/commands/*.adoc "$top"/packaging/pages/*."$section".adoc; do
    case $page in
      */commands/*) [ $section = 1 ] || continue ;;
      */sobre.yaml.5.adoc) page=$out/sobre.yaml.5.adoc ;;
    esac
    [ ! -e "$page" ] || pages+=("$page")
  done
  [ ${#pages[@]} -eq 0 ] && continue
  mkdir -p "$out/man$section"
  LC_ALL=C.UTF-8 asciidoctor -b manpage -a reproducible -a "manversion=$version" -D "$out/man$section" "${pages[@]}"
  # a page of two names: man looks for the other from the root of all pages
  sed -i "1s:^\\.so \\([^/]*\\)\$:.so man$section/\\1:" "$out/man$section"/*
done

# What is installed and described nowhere. A program of /usr/bin or /usr/sbin, a unit and a file of /etc have a page of their own name; what Slurm,
# systemd and the packages run is a term of a page of section 8; a unit names pages that exist.
has_page() {
  local page
  for page in "$out"/man[158]/{"$1","sobre-$1","${1%.service}"}.[158]; do [ ! -e "$page" ] || return 0; done
  return 1
}
undescribed() {
  local file name
  for file in "$1"/usr/bin/* "$1"/usr/sbin/* "$1"/usr/lib/systemd/system/*.{service,socket,timer} "$1"/etc/sobre/* "$1"/usr/share/sobre/*.yaml; do
    has_page "${file##*/}" || echo "$file"
  done
  for file in "$1"/usr/libexec/sobre/*; do
    grep -q "^.*\*${file##*/}\*.*::" "$top"/packaging/pages/*.8.adoc || echo "$file"
  done
  for file in "$1"/usr/lib/systemd/system/*.{service,socket,timer}; do
    # shellcheck disable=SC2013  # a unit may name several
    for name in $(sed -n 's/^Documentation=//p' "$file"); do
      name=${name#man:}
      [ -e "$out/man${name//[!0-9]/}/${name%(*}.${name//[!0-9]/}" ] || echo "$file (its Documentation=man:$name)"
    done
  done
}
absent=$(undescribed "$1")
[ -z "$absent" ] || { printf 'pages.sh: no man page describes, expected one in packaging/pages:\n%s\n' "$absent" >&2; exit 65; }
