#!/usr/bin/env bash
# Consumer groups: one group shares a topic as a queue, a second group gets all of it too, and of four consumers
# on three partitions one stays idle.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/support.sh"

# consumer NAME GROUP
consumer() {
  background "$1" console-consumer bier-bar --group "$2" --from-beginning --consumer-name "$1" \
    --format '{partition}:{offset}:{consumer} -> {value}'
}

# Holds when all consumers named have come into the same, latest generation of their group, as they say on stderr.
joined() {
  local notes generation
  notes=$(cd "$folder" && cat "${@/%/.notes}")
  generation=$(grep -Eo 'generation [0-9]+:' <<<"$notes" | sort -k 2n | tail -n 1)
  [[ -n $generation ]] && (($(grep -c "$generation" <<<"$notes") == $#))
}

step 'A cluster of one broker, a topic of three partitions'
run local start --port auto --zk-port auto
run topics create bier-bar --partitions 3

step 'Three consumers of the group kitchen are a queue, two of the group bar get all of it as well'
for name in ann ben cid; do consumer "$name" kitchen; done
for name in dee eve; do consumer "$name" bar; done
eventually joined ann ben cid
eventually joined dee eve
run console-producer bier-bar --template '{n}:lunch {n}' --key-separator : --count 12
eventually has_lines 12 ann ben cid
eventually has_lines 12 dee eve
complete ann ben cid || fail 'the group kitchen did not read each record once'
complete dee eve || fail 'the group bar did not read each record once'

step 'A fourth consumer in the group kitchen: for three partitions one of the four stays idle'
consumer fay kitchen
eventually joined ann ben cid fay
run console-producer bier-bar --template '{n}:dinner {n}' --key-separator : --count 12
eventually has_lines 24 ann ben cid fay
complete ann ben cid fay || fail 'the group kitchen did not read each record once'
idle=$(cd "$folder" && grep -L dinner ann ben cid fay) || true
[[ $(wc -w <<<"$idle") -eq 1 ]] || fail "not exactly one of the four was idle: $idle"
printf '%s had nothing to do\n' "$idle"

step 'All leave, and the cluster stops'
for name in ann ben cid dee eve fay; do interrupt "$name"; done
run local stop
expect '^state: +stopped'
