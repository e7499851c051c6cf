#!/usr/bin/python3
"""Writes what a UDP socket reads, a line a datagram: udp_socket.py PORT FILE. The line is "source-port payload-in-hex"."""
import socket
import sys

port, path = int(sys.argv[1]), sys.argv[2]
reader = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUFFORCE if hasattr(socket, "SO_RCVBUFFORCE") else 33, 1 << 24)
reader.bind(("0.0.0.0", port))
with open(path, "w", buffering=1) as out:
    while True:
        payload, (_, source) = reader.recvfrom(65536)
        out.write(f"{source} {payload.hex()}\n")
