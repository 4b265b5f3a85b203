# shellcheck shell=bash disable=SC2154
# What a lab node finds in /dev, /sys and /proc ($proc): its board's stand-ins, or the machine's own GPUs where it has been lent them.

mount_dev() {
  mount -t tmpfs -o mode=755 dev "$root/dev"
  local f minor
  for f in null zero full random urandom tty fd stdin stdout stderr ptmx; do cp -a "/dev/$f" "$root/dev/" 2>/dev/null || :; done
  # the node's own kernel log, empty at its boot: `lab gpu NODE INDEX log TEXT` writes into it
  install -m 640 /dev/null "$root/dev/kmsg"
  mkdir "$root/dev/pts" "$root/dev/shm"
  mount --rbind /dev/pts "$root/dev/pts"
  mount -t tmpfs -o mode=1777 shm "$root/dev/shm"
  if [ "$real_gpus" = yes ]; then cp -a /dev/nvidia* "$root/dev/"; return; fi
  local data=$LAB/nodes/$NODE/layer/usr/share
  if [ -e "$data/amd-smi-standin" ]; then
    mkdir "$root/dev/dri"
    for minor in $(render_minors); do mknod -m 666 "$root/dev/dri/renderD$minor" c 226 "$minor"; done
  fi
  if [ -e "$data/nvidia-smi-standin" ]; then
    while read -r minor; do
      mknod -m 666 "$root/dev/nvidia$minor" c 195 "$minor"
    done < <(sed -n 's:.*<minor_number>\(.*\)</minor_number>.*:\1:p' "$data/nvidia-smi-standin/q-x.xml")
    mknod -m 666 "$root/dev/nvidiactl" c 195 255
    mkdir "$root/dev/standin"
    mount --bind -o ro "$board/registers" "$root/dev/standin"
  fi
}

render_minors() { sed -n 's/^drm_render_minor //p' "$board"/kfd/topology/nodes/*/properties; }

# The host's /sys, but for what the board stands in for: powercap always, PCI and KFD unless the GPUs are real.
mount_sys() {
  mount -t tmpfs -o mode=755 sys "$root/sys"
  local entry
  mkdir "$root/sys/class" "$root/sys/bus"
  for entry in /sys/*; do
    case $entry in */class|*/bus) continue ;; esac
    mkdir "$root$entry"
    mount --rbind "$entry" "$root$entry"
  done
  for entry in /sys/class/* /sys/bus/*; do
    case $entry in
      */class/powercap) continue ;;
      */class/kfd) [ "$real_gpus" = yes ] || continue ;;
      */bus/pci) [ "$real_gpus" = yes ] || continue ;;
    esac
    mkdir "$root$entry"
    mount --rbind "$entry" "$root$entry"
  done
  mkdir "$root/sys/class/powercap"
  mount --bind "$board/powercap" "$root/sys/class/powercap"
  if [ "$real_gpus" = no ]; then
    mkdir -p "$root/sys/bus/pci/devices"
    mount --bind "$board/pci" "$root/sys/bus/pci/devices"
    if [ -d "$board/kfd" ]; then
      # the board's topology, and a place where ./driver shows who computes
      mkdir -p "$root"/sys/class/kfd/kfd/{topology,proc}
      mount --bind -o ro "$board/kfd/topology" "$root/sys/class/kfd/kfd/topology"
    fi
  fi
  # slurmd 22.05 starts only with something mounted here
  mountpoint -q /sys/fs/cgroup || mount -t tmpfs cgroup "$root/sys/fs/cgroup"
}

# What NVIDIA's driver shows in /proc: its cards, and the number of its character devices.
mount_proc() {
  [ "$real_gpus" = no ] || return 0
  mount --bind -o ro "$board/proc-driver" "$proc/driver"
  cat /proc/devices > "$root/upper/devices"
  if [ -d "$board/proc-driver/nvidia" ]; then sed -i 's/^Character devices:$/&\n195 nvidia/' "$root/upper/devices"; fi
  # the files of MIG instances are not here: nothing has made them yet, as on a machine that has just booted
  if [ -d "$board/proc-driver/nvidia-caps" ]; then sed -i 's/^Character devices:$/&\n508 nvidia-caps/' "$root/upper/devices"; fi
  mount --bind -o ro "$root/upper/devices" "$proc/devices"
}
