#!/usr/bin/python3
"""The two ends of connections that a gateway rejects.

    rejected.py serve PORT FILE      takes one TCP connection, and writes how it ended to FILE
    rejected.py syn|udp|data HOST PORT   prints how the attempt ended: the name of an errno, "timeout", or "open"
"""
import errno
import socket
import sys

PATIENCE = 5  # seconds


def outcome(action):
    try:
        action()
    except (TimeoutError, socket.timeout):
        return "timeout"
    except OSError as error:
        return errno.errorcode[error.errno]
    return "open"


def serve(port, file):
    listener = socket.create_server(("0.0.0.0", port))
    listener.settimeout(30)
    open(file, "w").close()
    connection, _ = listener.accept()
    connection.settimeout(PATIENCE)
    got = []

    def read():
        while data := connection.recv(4096):
            got.append(data)

    end = outcome(read)
    with open(file, "w") as out:
        print(end, b"".join(got).decode(), file=out)


def syn(address):
    socket.create_connection(address, PATIENCE)


def udp(address):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(PATIENCE)
        sock.connect(address)
        sock.send(b"hello")
        sock.recv(1)


def data(address):
    with socket.create_connection(address, PATIENCE) as connection:
        connection.sendall(b"allowed ")
        connection.sendall(b"forbidden")
        connection.recv(1)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(int(sys.argv[2]), sys.argv[3])
    else:
        print(outcome(lambda: globals()[sys.argv[1]]((sys.argv[2], int(sys.argv[3])))))
