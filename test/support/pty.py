"""Runs a program in a terminal of its own: what it prints comes from stdout, what is typed goes to stdin.

pty.py ROWS COLUMNS PROGRAM [ARGUMENT ...]
When it has ended a line of JSON on stderr says how, and whether the terminal's mode is what it was before.
"""
import fcntl
import json
import os
import select
import signal
import struct
import subprocess
import sys
import termios

rows, columns, *program = sys.argv[1:]
master, slave = os.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", int(rows), int(columns), 0, 0))
before = termios.tcgetattr(slave)


def take_terminal():
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)


child = subprocess.Popen(program, stdin=slave, stdout=slave, stderr=slave, preexec_fn=take_terminal)
signal.signal(signal.SIGTERM, lambda *_: child.terminate())
inputs = [master, 0]
while True:
    # Asked first: what it wrote at its end is there then, and is read before this ends.
    ended = child.poll() is not None
    ready, _, _ = select.select(inputs, [], [], 0.05)
    if 0 in ready:
        typed = os.read(0, 1024)
        if typed:
            os.write(master, typed)
        else:
            inputs.remove(0)
    if master in ready:
        os.write(1, os.read(master, 65536))
    elif ended:
        break
code = child.returncode if child.returncode >= 0 else 128 - child.returncode
print(json.dumps({"code": code, "sameMode": termios.tcgetattr(slave) == before}), file=sys.stderr)
