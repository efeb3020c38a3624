#!/usr/bin/env bash
# The walking skeleton: from nothing to a consumer group that resumes where it stopped, and a clean end.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/support.sh"

step 'ZooKeeper first, then one broker'
run local start --port auto --zk-port auto
run zk stat
expect '^mode: +standalone'

step 'A topic'
run topics create bier-bar --partitions 3 --replication-factor 1
run topics describe bier-bar
expect '^partitions: +3$'

step 'A producer buys a beer each second'
background producer console-producer bier-bar --template "Bier bought at '{now}'" --rate 1/s

step 'Two consumers of one group share the partitions'
format='{partition}:{offset}:{consumer} -> {value}'
background barney console-consumer bier-bar --group barfly-group --from-beginning --consumer-name barney --format "$format"
background lenny console-consumer bier-bar --group barfly-group --from-beginning --consumer-name lenny --format "$format"
eventually has_lines 2 barney
eventually has_lines 2 lenny
interrupt barney
interrupt lenny
complete barney lenny || fail 'the group missed a beer, or drank one twice'

step 'A consumer comes back and resumes where the group stopped'
background moe console-consumer bier-bar --group barfly-group --consumer-name moe --format "$format"
eventually has_lines 3 moe
interrupt moe
interrupt producer
complete barney lenny moe || fail 'the group did not resume where it had stopped'

step 'From the beginning, without a group'
run console-consumer bier-bar --from-beginning --exit-at-end --consumer-name alone --format "$format"
complete printed || fail 'reading from the beginning did not give every record once'
(($(lines printed) >= $(lines barney lenny moe))) || fail 'the group saw more than the topic holds'

step 'Kafka stops first, then ZooKeeper'
run local stop
expect '^state: +stopped'
