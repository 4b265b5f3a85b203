#!/bin/sh
# Builds Sobre and lays its files out under a directory as the packages will install them.
#   packaging/stage.sh DESTDIR
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
case ${1:-} in
  ''|-*) echo "usage: packaging/stage.sh DESTDIR" >&2; exit 2 ;;
esac
dest=$1
mkdir -p "$top/target"
log=$top/target/build.log
# Debian's Maven writes terminal codes to stdout even when told to be quiet: what it says goes to a file
if ! (cd "$top" && mvn -q -B -ntp -l "$log" -DskipTests -Dspotless.check.skip=true -pl command-line,monitor-daemon -am package >/dev/null); then
  cat "$log" >&2
  echo "stage.sh: the build failed; its output is above and in $log" >&2
  exit 1
fi

share=$dest/usr/share/sobre
rm -rf "${share:?}/lib"
mkdir -p "$share/lib" "$share/profiles" "$share/templates" "$dest/usr/bin" "$dest/usr/sbin" "$dest/usr/libexec/sobre" \
  "$dest/etc/sobre" "$dest/usr/lib/sysusers.d" "$dest/usr/lib/tmpfiles.d" "$dest/usr/lib/systemd/system/slurmd.service.d" "$dest/usr/lib/systemd/system/slurmctld.service.d"
# two main jars whose manifests name what each needs: the command never sees Logback, the daemon never sees picocli
install -m 644 "$top"/command-line/target/command-line-*.jar "$share/lib/sobre.jar"
install -m 644 "$top"/monitor-daemon/target/monitor-daemon-*.jar "$share/lib/sobre-monitord.jar"
for module in command-line monitor-daemon; do
  for jar in "$top/$module"/target/lib/*.jar; do
    install -m 644 "$jar" "$share/lib/${jar##*/}"
  done
done
install -m 644 "$top"/conf/profiles/*.yaml "$share/profiles/"
install -m 644 "$top"/job-templates/*.sbatch "$share/templates/"
install -m 644 "$top/conf/factors.yaml" "$share/factors.yaml"
install -m 644 "$top/conf/gpu-catalog.yaml" "$share/gpu-catalog.yaml"
install -m 644 "$top/conf/sobre.yaml" "$dest/etc/sobre/sobre.yaml"
install -m 755 "$top/packaging/bin/sobre" "$dest/usr/bin/sobre"
install -m 755 "$top/packaging/bin/sobre-monitord" "$dest/usr/sbin/sobre-monitord"
install -m 755 "$top"/slurm-integration/src/main/hooks/before-slurmd "$top"/slurm-integration/src/main/hooks/before-slurmctld \
  "$top"/slurm-integration/src/main/hooks/after-slurmd "$dest/usr/libexec/sobre/"
install -m 755 "$top/slurm-integration/src/main/hooks/prolog" "$top/slurm-integration/src/main/hooks/epilog" \
  "$top/slurm-integration/src/main/hooks/task-prolog" "$top/slurm-integration/src/main/hooks/health-check" \
  "$dest/usr/libexec/sobre/"
debian=$top/packaging/debian
install -m 644 "$debian/sobre-common.sysusers" "$dest/usr/lib/sysusers.d/sobre.conf"
install -m 644 "$debian/sobre-common.tmpfiles" "$dest/usr/lib/tmpfiles.d/sobre.conf"
install -m 644 "$debian/sobre-node.sobre-register.service" "$dest/usr/lib/systemd/system/sobre-register.service"
install -m 644 "$debian/sobre-node.sobre-monitord.service" "$dest/usr/lib/systemd/system/sobre-monitord.service"
install -m 644 "$debian/sobre-node.slurmd.conf" "$dest/usr/lib/systemd/system/slurmd.service.d/10-sobre.conf"
install -m 644 "$debian/sobre-node.sobre-registered.service" "$dest/usr/lib/systemd/system/sobre-registered.service"
install -m 644 "$debian/sobre-controller.slurmctld.conf" "$dest/usr/lib/systemd/system/slurmctld.service.d/10-sobre.conf"
