# shellcheck shell=bash disable=SC2154
# What a machine of the lab is made of: its board, and the vendors' tools in a layer of its own over /usr.

# unpack RECORDINGS: puts the texts of "FILE[:CARD,CARD][+FILE...]" into $home/hardware, each beside what it knows of -L and topo -m.
unpack() {
  local recordings=$1 one file cards target name
  rm -rf "$home/hardware"
  mkdir -p "$home/hardware"
  [ "$recordings" != - ] || return 0
  for one in ${recordings//+/ }; do
    file=${one%%:*}
    cards=''
    [ "$file" = "$one" ] || cards=${one#*:}
    [ -e "$file" ] || file=$here/recordings/$file
    [ -r "$file" ] || die "$file: no such recording (one of $here/recordings, or a path)"
    target=$home/hardware/$(basename "$file")
    "$here/board/pick" "$file" "$cards" > "$target"
    name=${file%.xml}
    name=${name%_q-x}
    # of other cards than those picked they would tell lies
    [ -z "$cards" ] || continue
    for answer in L topo-m; do
      [ ! -e "${name}_$answer.txt" ] || cp "${name}_$answer.txt" "$home/hardware/nvidia-$answer.txt"
    done
  done
}

# The first machine with a recording gives way to real GPUs where this machine has some.
real_gpus() {
  [ "$1" = "$recording" ] && [ "$recording" != - ] \
    && [ "$name" = "$(awk '$1 !~ /^#/ && $3 ~ /[.]xml$/ {print $1; exit}' "$here/conf/machines")" ] \
    && [ -x "$LAB/image/usr/bin/nvidia-smi" ] && timeout 20 "$LAB/image/usr/bin/nvidia-smi" -L 2>/dev/null | grep -q '^GPU 0'
}

# The tools of a machine without real GPUs. Without any of a vendor's cards it has none of its tools, whatever the host may have.
lay_tools() {
  local layer=$home/layer/usr texts
  texts=$(find "$home/hardware" -name '*.xml')
  if [ -n "$texts" ]; then
    mkdir -p "$layer/share/nvidia-smi-standin"
    install -m 755 "$here/board/nvidia-smi" "$layer/bin/nvidia-smi"
    install -m 644 "$texts" "$layer/share/nvidia-smi-standin/q-x.xml"
    install -m 644 "$here"/recordings/*_help-query-gpu.txt "$layer/share/nvidia-smi-standin/help-query-gpu.txt"
    for answer in L topo-m; do
      [ ! -e "$home/hardware/nvidia-$answer.txt" ] || install -m 644 "$home/hardware/nvidia-$answer.txt" "$layer/share/nvidia-smi-standin/$answer.txt"
    done
  else
    # a whiteout: what the host may have, this machine has not
    mknod "$layer/bin/nvidia-smi" c 0 0
  fi
  texts=$(find "$home/hardware" -name '*.json')
  if [ -n "$texts" ]; then
    mkdir -p "$layer/share/amd-smi-standin"
    install -m 755 "$here/board/amd-smi" "$layer/bin/amd-smi"
    install -m 644 "$texts" "$layer/share/amd-smi-standin/static.json"
  fi
}

# plug_in RECORDINGS: builds the layer and starts the board.
plug_in() {
  mkdir -p "$home/layer/usr/bin"
  unpack "$1"
  if real_gpus "$1"; then
    : > "$home/real-gpus"
    rm -f "$home"/hardware/*
    echo "         $name: this machine's own GPUs: $("$LAB/image/usr/bin/nvidia-smi" -L | sed 's/ (UUID.*//' | paste -sd ';')"
  else
    lay_tools
    if [ "$1" = - ]; then
      echo "         $name: a machine without GPU and without nvidia-smi; its CPU counters are stand-ins"
    else
      echo "         $name: no GPU here: the vendor's tools are stand-ins that replay $1 with a known power function"
    fi
  fi
  install -m 600 "$here/board/power-functions" "$LAB/board/power-functions"
  local replay=()
  mapfile -t replay < <(find "$home/hardware" -name '*.xml' -o -name '*.json' | sort -r)
  setsid "$here/board/board" "$name" "$LAB/board/power-functions" "$LAB/board/$name" "${replay[@]}" \
    >>"$LAB/log/board-$name.log" 2>&1 </dev/null &
  echo $! > "$home/board.pid"
  for _ in $(seq 300); do [ -e "$LAB/board/$name/ready" ] && return 0; sleep 0.1; done
  die "$name: its board did not start; see $LAB/log/board-$name.log"
}

# Takes the board and the tools out of a machine that is off.
unplug() {
  local board
  board=$(cat "$home/board.pid")
  kill "$board" 2>/dev/null || :
  for _ in $(seq 300); do kill -0 "$board" 2>/dev/null || break; sleep 0.1; done
  rm -rf "$home/board.pid" "$home/real-gpus" "$home/layer" "${LAB:?}/board/$name"
}

# The cable outlives every change of what it leads to.
lay_cable() {
  ip netns add "$name"
  ip link add "to-$name" type veth peer name eth0 netns "$name"
  ip link set "to-$name" master lab0 up
  ip -n "$name" addr add "$address/24" dev eth0
  ip -n "$name" link set eth0 up
  ip -n "$name" link set lo up
}
