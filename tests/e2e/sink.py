#!/usr/bin/python3
"""Takes what comes in at UDP and TCP: sink.py PORT FILE

A line a datagram and a connection as it grows: "source-port hex-of-the-bytes". The last line of a port holds.
"""
import selectors, socket, sys

port, path = int(sys.argv[1]), sys.argv[2]
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
for listener in (udp, tcp):
    listener.bind(("0.0.0.0", port))
tcp.listen(64)
selector = selectors.DefaultSelector()
selector.register(udp, selectors.EVENT_READ)
selector.register(tcp, selectors.EVENT_READ)
taken = {}
with open(path, "w", buffering=1) as out:
    while True:
        for key, _ in selector.select():
            if key.fileobj is udp:
                data, (_, source) = udp.recvfrom(65536)
                print(source, data.hex(), file=out)
            elif key.fileobj is tcp:
                connection, (_, source) = tcp.accept()
                taken[connection] = source, bytearray()
                selector.register(connection, selectors.EVENT_READ)
            else:
                source, data = taken[key.fileobj]
                try:
                    more = key.fileobj.recv(65536)
                except ConnectionError:
                    more = b""
                if not more:
                    selector.unregister(key.fileobj)
                    key.fileobj.close()
                data += more
                print(source, data.hex(), file=out)
