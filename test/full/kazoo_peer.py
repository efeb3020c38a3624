"""What another client of ZooKeeper writes and reads: kazoo_peer.py SERVERS COMMAND [ARGUMENT ...]"""
import base64
import hashlib
import json
import sys

from kazoo.client import KazooClient

servers, command, *arguments = sys.argv[1:]
client = KazooClient(hosts=servers, timeout=30)
client.start(timeout=20)
if command == "write":
    path, data = arguments
    client.create(path, base64.b64decode(data), makepath=True)
elif command == "large":
    path, size = arguments
    client.create(path, bytes(index % 251 for index in range(int(size))), makepath=True)
elif command == "read":
    data, stat = client.get(arguments[0])
    digest = hashlib.sha256(data).hexdigest()
    print(json.dumps({"sha256": digest, "length": stat.dataLength, "version": stat.version}))
elif command == "many":
    path, count = arguments
    client.ensure_path(path)
    for first in range(0, int(count), 5000):
        transaction = client.transaction()
        for index in range(first, first + 5000):
            transaction.create(f"{path}/n{index:05d}")
        assert not any(isinstance(each, Exception) for each in transaction.commit())
elif command == "children":
    names = sorted(client.get_children(arguments[0]))
    print(json.dumps({"count": len(names), "first": names[0], "last": names[-1]}))
client.stop()
