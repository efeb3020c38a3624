# shellcheck shell=bash
# What the examples share: a cluster of their own, command lines shown as they run, checks, and a clean end.
# To play one by hand, type the lines that it shows, those that end in & in terminals of their own.

# The kctl to play: $KCTL, or the one of this checkout.
kctl=${KCTL:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/bin/run.js}

# In a state folder of its own the cluster is the only one that kctl sees: nothing has to be configured, and
# examples run side by side.
unset KCTL_BOOTSTRAP_SERVERS KCTL_ZOOKEEPER KCTL_COMMAND_CONFIG KCTL_OUTPUT
folder=$(mktemp -d)
export KCTL_STATE_DIR=$folder/state
running=()

clean_up() {
  local status=$?
  trap - EXIT
  ((status == 0)) || cat "$folder"/*.notes >&2 2>/dev/null || true
  if ((${#running[@]} > 0)); then
    kill -KILL "${running[@]}" || true
    wait
  fi 2>/dev/null
  "$kctl" local stop >/dev/null 2>&1 || true
  rm -rf "$folder"
  exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# Says what comes next.
step() {
  printf '\n# %s\n' "$*"
}

fail() {
  printf 'FAILED: %s\n' "$*" >&2
  exit 1
}

# Prints the words of a command line so that they can be copied.
show() {
  local word
  printf '$ kctl'
  for word in "$@"; do
    case $word in
      *\'*) printf ' "%s"' "$word" ;;
      *[!A-Za-z0-9_=:,./-]*) printf " '%s'" "$word" ;;
      *) printf ' %s' "$word" ;;
    esac
  done
  printf '\n'
}

# Runs kctl and keeps what it prints for `expect`.
run() {
  show "$@"
  "$kctl" "$@" </dev/null | tee "$folder/printed"
}

# Fails unless the last `run` printed a line that matches.
expect() {
  grep -Eq -- "$1" "$folder/printed" || fail "nothing that was printed matches: $1"
}

# Runs kctl in the background under a name, shows what it prints and keeps it in $folder/NAME.
background() {
  local name=$1
  shift
  printf '%s &\n' "$(show "$@")"
  mkfifo "$folder/$name.pipe"
  : >"$folder/$name" >"$folder/$name.notes"
  tee "$folder/$name" <"$folder/$name.pipe" &
  echo $! >"$folder/$name.tee"
  "$kctl" "$@" </dev/null >"$folder/$name.pipe" 2>"$folder/$name.notes" &
  echo $! >"$folder/$name.pid"
  running+=($!)
}

# Ends what runs in the background as Ctrl-C does, and shows what it said on stderr.
interrupt() {
  local name=$1 status=0
  kill -INT "$(cat "$folder/$name.pid")"
  wait "$(cat "$folder/$name.pid")" || status=$?
  wait "$(cat "$folder/$name.tee")"
  printf '^C\n'
  cat "$folder/$name.notes"
  ((status == 130)) || fail "$name ended with exit code $status"
}

# Waits until a command succeeds, half a minute at most.
eventually() {
  local end=$((SECONDS + 30))
  until "$@" >/dev/null; do
    ((SECONDS < end)) || fail "this did not come about: $*"
    sleep 0.1
  done
}

# How many lines were printed under the names.
lines() {
  (cd "$folder" && cat "$@" | wc -l)
}

# has_lines COUNT NAME…
has_lines() {
  (($(lines "${@:2}") >= $1))
}

# Holds when the lines `partition:offset:…` printed under the names have every offset from 0 on, each once.
complete() {
  (cd "$folder" && cat "$@") | sort -t : -k 1,1n -k 2,2n | awk -F : '
    $1 != partition { partition = $1; offset = 0 }
    $2 != offset++ { wrong = 1 }
    END { exit wrong || NR == 0 }'
}
