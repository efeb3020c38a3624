"""What the test of other clients runs: writes standard input's lines to a topic, reads as many back in a group, and
prints them. Everything about the cluster comes from what `kctl local start -o env` says."""

import os
import re
import sys
import time

from confluent_kafka import Consumer, Producer

topic, group = sys.argv[1:]
protocol = os.environ["KAFKA_SECURITY_PROTOCOL"]
cluster = {"bootstrap.servers": os.environ["KAFKA_BOOTSTRAP_SERVERS"], "security.protocol": protocol}
if protocol.endswith("SSL"):
    cluster["ssl.ca.location"] = os.environ["KAFKA_SSL_CA_LOCATION"]
if protocol.startswith("SASL"):
    with open(os.environ["KAFKA_CLIENT_PROPERTIES"]) as file:
        password = re.search(r'password="([^"]*)"', file.read()).group(1)
    cluster["sasl.mechanism"] = os.environ["KAFKA_SASL_MECHANISM"]
    cluster["sasl.username"] = os.environ["KAFKA_SASL_USERNAME"]
    cluster["sasl.password"] = password

errors = []
producer = Producer(cluster)
lines = sys.stdin.read().splitlines()
for line in lines:
    producer.produce(topic, line, on_delivery=lambda error, _: error and errors.append(error))
if producer.flush(60) > 0 or errors:
    sys.exit(f"not delivered: {errors}")

consumer = Consumer({**cluster, "group.id": group, "auto.offset.reset": "earliest"})
consumer.subscribe([topic])
deadline = time.monotonic() + 60
left = len(lines)
while left > 0:
    if time.monotonic() > deadline:
        sys.exit(f"{left} records did not come")
    record = consumer.poll(1)
    if record is None:
        continue
    if record.error():
        sys.exit(str(record.error()))
    print(record.value().decode())
    left -= 1
consumer.commit(asynchronous=False)
consumer.close()
