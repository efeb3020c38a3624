#!/usr/bin/env bash
# Failover: the leader of a partition is killed while a producer writes to it. Another replica leads on, nothing
# that was acknowledged is lost, and the broker comes back into the ISR.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/support.sh"

# A column of partition 0 in the description of the topic.
leader() { "$kctl" topics describe bier-bar -o tsv | awk -F '\t' '$2 == "0" { print $3 }'; }
isr() { "$kctl" topics describe bier-bar -o tsv | awk -F '\t' '$2 == "0" { print $6 }'; }

another_leads() {
  local now
  now=$(leader)
  [[ $now == [1-3] && $now != "$killed" && ,$(isr), != *,$killed,* ]]
}

in_sync() {
  [[ $(isr) == *,*,* ]]
}

step 'Three brokers, and a partition with a replica on each'
run local start --brokers 3 --port auto --zk-port auto
run topics create bier-bar --partitions 1 --replication-factor 3 --config min.insync.replicas=2
run topics describe bier-bar
expect '^min ISR: +2$'

step 'A producer writes 5 records a second; each counts when all replicas in sync have it'
background producer console-producer bier-bar --template 'beer {n}' --rate 5/s
background reader console-consumer bier-bar --from-beginning --format '{partition}:{offset}:{value}'
eventually has_lines 10 reader

step 'The leader is killed: another replica leads on, and the producer with it'
killed=$(leader)
run local kill broker "$killed"
eventually another_leads
run topics describe bier-bar
expect 'under-replicated$'
eventually has_lines $(($(lines reader) + 10)) reader

step 'It comes back, and is in sync again'
run local start broker "$killed"
eventually in_sync
run topics describe bier-bar
expect ' ok$'

step 'Every record that was acknowledged is there, once'
interrupt producer
interrupt reader
acknowledged=$(sed -n 's/^\([0-9]*\) records .*/\1/p' "$folder/producer.notes")
run console-consumer bier-bar --from-beginning --exit-at-end --format '{partition}:{offset}:{value}'
awk -F : -v acknowledged="$acknowledged" '
  $2 != NR - 1 || $3 != "beer " NR { exit wrong = 1 }
  END { exit wrong || NR != acknowledged || NR == 0 }' "$folder/printed" || fail 'a record was lost, or came twice'
printf '%s acknowledged, %s read\n' "$acknowledged" "$(lines printed)"

step 'The brokers stop first, then ZooKeeper'
run local stop
expect '^state: +stopped'
