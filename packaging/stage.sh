#!/bin/bash
# Builds Sobre and lays its files out under a directory as the packages install them; packaging/debian/*.install share them out.
#   packaging/stage.sh [--arch DEBIAN_ARCHITECTURE] DESTDIR
# MVN is the Maven command to build with, if it is not mvn.
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
arch=''
if [ "${1:-}" = --arch ]; then arch=${2:?}; shift 2; fi
case ${1:-} in
  ''|-*) echo "usage: packaging/stage.sh [--arch DEBIAN_ARCHITECTURE] DESTDIR" >&2; exit 2 ;;
esac
mkdir -p "$1"
dest=$(cd "$1" && pwd)
version=$(sed -n '1s/.*(\(.*\)).*/\1/p' "$top/packaging/debian/changelog")
: "${arch:=$(dpkg --print-architecture)}"
mkdir -p "$top/target"
log=$top/target/build.log
read -ra maven <<<"${MVN:-mvn -q -B -ntp}"
# Debian's Maven writes terminal codes to stdout even when told to be quiet: what it says goes to a file
if ! (cd "$top" && "${maven[@]}" -l "$log" -DskipTests -Dspotless.check.skip=true -pl command-line,monitor-daemon -am package >/dev/null); then
  cat "$log" >&2
  echo "stage.sh: the build failed; its output is above and in $log" >&2
  exit 1
fi

# install_all MODE DIRECTORY FILE...
install_all() {
  local mode=$1 directory=$dest/$2
  shift 2
  mkdir -p "$directory"
  install -m "$mode" "$@" "$directory/"
}

# A file of a package with the version in the place of @VERSION@.
versioned() {
  mkdir -p "$dest/$3"
  sed "s/@VERSION@/$version/g" "$top/$2" > "$dest/$3/${2##*/}"
  chmod "$1" "$dest/$3/${2##*/}"
}

# The jars of a version have a directory of their own, which stays for one release: a job that is being wrapped loads classes to its end.
lib=usr/share/sobre/lib/$version
rm -rf "${dest:?}/usr/share/sobre/lib" "$dest/usr/lib/sobre"
mkdir -p "$dest/$lib"
# two main jars whose manifests name what each needs: the command never sees Logback, the daemon never sees picocli
install -m 644 "$top"/command-line/target/command-line-*.jar "$dest/$lib/sobre.jar"
install -m 644 "$top"/monitor-daemon/target/monitor-daemon-*.jar "$dest/$lib/sobre-monitord.jar"
for module in command-line monitor-daemon; do
  for jar in "$top/$module"/target/lib/*.jar; do
    install -m 644 "$jar" "$dest/$lib/${jar##*/}"
  done
done
# SQLite's own library and the native half of JNA, out of their jars: nothing is unpacked at run time, where /tmp may be noexec
case $arch in amd64) machine=x86_64 jna=x86-64 ;; arm64) machine=aarch64 jna=aarch64 ;; *) machine='' ;; esac
# unpacked JAR FILE: FILE of the jar, to the libraries
unpacked() {
  (cd "$top/target" && rm -rf unpacked && mkdir unpacked && cd unpacked && jar xf "$1" "$2" &&
    install -D -m 644 "$2" "$dest/usr/lib/sobre/$version/${2##*/}" && cd .. && rm -rf unpacked)
}
if [ -n "$machine" ]; then
  unpacked "$dest/$lib"/sqlite-jdbc-*.jar "org/sqlite/native/Linux/$machine/libsqlitejdbc.so"
  unpacked "$dest/$lib"/jna-*.jar "com/sun/jna/linux-$jna/libjnidispatch.so"
fi

share=usr/share/sobre
install_all 644 $share/profiles "$top"/conf/profiles/*.yaml
install_all 755 $share/templates "$top"/job-templates/*.sbatch
install_all 644 $share "$top/conf/factors.yaml" "$top/conf/gpu-catalog.yaml" "$top/conf/policy.yaml"
install_all 644 $share/grafana "$top/conf/grafana/sobre.json"
install_all 644 $share/prometheus "$top/conf/prometheus/sobre.rules.yml"
install_all 644 etc/sobre "$top/conf/sobre.yaml"
versioned 755 packaging/bin/sobre usr/bin
versioned 755 packaging/bin/sobre-monitord usr/sbin
versioned 755 packaging/libexec/class-archives usr/libexec/sobre
install_all 755 usr/libexec/sobre "$top/packaging/libexec/node-power"
install_all 755 usr/libexec/sobre "$top"/slurm-integration/src/main/hooks/{before-slurmd,after-slurmd,before-slurmctld,prolog,epilog,task-prolog,health-check}
debian=$top/packaging/debian
install -D -m 644 "$debian/sobre-common.sysusers" "$dest/usr/lib/sysusers.d/sobre.conf"
install -D -m 644 "$debian/sobre-common.tmpfiles" "$dest/usr/lib/tmpfiles.d/sobre.conf"
units=usr/lib/systemd/system
for unit in register registered monitord metrics; do
  install -D -m 644 "$debian/sobre-node.sobre-$unit.service" "$dest/$units/sobre-$unit.service"
done
install -m 644 "$debian/sobre-node.sobre-metrics.socket" "$dest/$units/sobre-metrics.socket"
for unit in service timer; do
  install -D -m 644 "$debian/sobre-node.sobre-node-power.$unit" "$dest/$units/sobre-node-power.$unit"
  for name in ingest comment forget; do
    install -D -m 644 "$debian/sobre-controller.sobre-$name.$unit" "$dest/$units/sobre-$name.$unit"
  done
done
install -D -m 644 "$debian/slurmd.service.d.conf" "$dest/$units/slurmd.service.d/10-sobre.conf"
install -D -m 644 "$debian/slurmctld.service.d.conf" "$dest/$units/slurmctld.service.d/10-sobre.conf"
