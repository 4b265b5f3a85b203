# shellcheck shell=bash disable=SC2154
# The controller's file system: Sobre's staged tree over the host's /usr and /etc, /run and /var of its own. Nothing of it is on the host:
# the mounts live in this namespace and die with it.

lay_files() {
  # what the host has, kept reachable for the nodes' own overlays
  mount --bind /usr "$LAB/image/usr"
  mount --bind /var "$LAB/image/var"
  mount -t tmpfs -o mode=755 upper "$LAB/upper"
  mkdir "$LAB"/upper/{etc,etc.work,var,var.work}
  mount -t overlay -o "lowerdir=$LAB/stage/usr:$LAB/image/usr" usr /usr
  mount -t overlay -o "lowerdir=$LAB/stage/etc:/etc,upperdir=$LAB/upper/etc,workdir=$LAB/upper/etc.work" etc /etc
  mount -t overlay -o "lowerdir=$LAB/image/var,upperdir=$LAB/upper/var,workdir=$LAB/upper/var.work" var /var
  mount -t tmpfs -o mode=755 run /run
  mount --bind "$LAB/home" /home
  mount --bind "$LAB/srv" /srv
  mkdir -m 755 /run/munge /run/mysqld /run/slurm-lab
  chown mysql: /run/mysqld
  chown slurm: /run/slurm-lab
  rm -rf /etc/slurm /var/lib/slurm
  mkdir -p /etc/slurm /var/lib/slurm/slurmctld
  chown slurm: /var/lib/slurm/slurmctld
  cp "$here"/conf/{slurm,gres,cgroup,slurmdbd}.conf /etc/slurm/
  chown slurm: /etc/slurm/slurmdbd.conf
  chmod 600 /etc/slurm/slurmdbd.conf
  cp "$LAB/sobre.yaml" /etc/sobre/sobre.yaml
  cp "$here/conf/station.yaml" "$LAB/board/station.yaml"
  ( umask 077; head -c 128 /dev/urandom > /etc/munge/munge.key; chown -R root: /etc/munge )
}

make_network() {
  hostname ctl
  echo "10.99.0.1 ctl" >> /etc/hosts
  ip link set lo up
  ip link add lab0 type bridge
  ip addr add 10.99.0.1/24 dev lab0
  ip link set lab0 up
}

# The system user by the shipped file; people as a site's directory service would know them, the same on all machines.
make_people() {
  systemd-sysusers /usr/lib/sysusers.d/sobre.conf
  systemd-tmpfiles --create /usr/lib/tmpfiles.d/sobre.conf
  install -d -o sobre -g sobre -m 755 /srv/sobre
  # what a job drew is its owner's and the accountants' to know
  install -d -o sobre -g adm -m 2750 /srv/sobre/ledger
  local users user
  while read -r _ users; do
    for user in $users; do
      useradd --no-create-home --home-dir "/home/$user" --shell /bin/bash "$user"
      install -d -o "$user" -g "$user" "/home/$user"
      # the programs their batch files call, see standins/
      cp -r "$here/standins" "/home/$user/bin"
    done
  done < <(sed 's/#.*//;/^ *$/d' "$here/conf/labs")
  groupadd --users olga operators
}

# What an administrator writes into the shared image, once for all nodes: the munge key, who is where, who is who, and sobre.yaml.
configure_image() {
  local image users user
  image=$(cat "$LAB/nodes/image")
  echo "10.99.0.1 ctl" >> "$image/etc/hosts"
  # nobody is at this address: whoever asks for a name learns how long no answer takes
  echo "nameserver 10.99.0.250" > "$image/etc/resolv.conf"
  install -m 400 /etc/munge/munge.key "$image/etc/munge/munge.key"
  chroot "$image" chown munge: /etc/munge/munge.key
  # munged asks for its own machine's address, 12 s where no name server answers, unless told whose it is
  echo 'OPTIONS="--origin=eth0"' >> "$image/etc/default/munge"
  cp "$LAB/sobre.yaml" "$image/etc/sobre/sobre.yaml"
  while read -r _ users; do
    for user in $users; do
      chroot "$image" useradd --no-create-home --home-dir "/home/$user" --shell /bin/bash --uid "$(id -u "$user")" "$user"
    done
  done < <(sed 's/#.*//;/^ *$/d' "$here/conf/labs")
  chroot "$image" groupadd --users olga operators
  # the ledger belongs to sobre: the same number on all machines (README.Debian)
  [ "$(chroot "$image" id -u sobre)" = "$(id -u sobre)" ] || chroot "$image" sh -c "usermod -u $(id -u sobre) sobre && groupmod -g $(id -g sobre) sobre"
}
