#!/usr/bin/python3
"""Sends one message to a server in every way that should hide it from who looks on: evade.py SERVER PORT MESSAGE FIRST [fragments]

A case a source port, FIRST and up; prints "port name" for each that was sent, "keeps" behind it where every receiver
makes the message of it. Fragments of UDP datagrams, then TCP connections that this script makes by hand; the kernel here
must not answer for it (its resets are to be filtered out by the caller).
"""
import random, sys, threading, time
from scapy.all import AsyncSniffer, IP, L3RawSocket, Raw, TCP, UDP, conf, fragment

conf.verb = 0
SERVER, PORT, MESSAGE = sys.argv[1], int(sys.argv[2]), sys.argv[3].encode()
OTHER = bytes(b ^ 0x20 for b in MESSAGE)  # as long, and not the message
socket = conf.L3socket(iface="eth0") if conf.L3socket is not L3RawSocket else L3RawSocket(iface="eth0")
ids = iter(range(int(sys.argv[4]), 65536))  # none twice, whatever run before


def send(*packets, pause=0.002):
    for packet in packets:
        if isinstance(packet, float):  # seconds
            time.sleep(packet)
            continue
        socket.send(packet)
        time.sleep(pause)


# ---- fragments ----

def pieces(port, payload, size=8):
    """The fragments of a datagram with that payload, `size` bytes each."""
    whole = IP(dst=SERVER, id=next(ids)) / UDP(sport=port, dport=PORT) / Raw(payload)
    return fragment(IP(bytes(whole)), fragsize=size)


def changed(piece):
    """The same fragment with other bytes."""
    copy = piece.copy()
    copy[Raw].load = bytes(b ^ 0x20 for b in copy[Raw].load)
    del copy.chksum
    return IP(bytes(copy))


def astride(piece):
    """A fragment over the end of that one."""
    return IP(src=piece.src, dst=piece.dst, id=piece.id, proto=piece.proto, flags="MF", frag=piece.frag) / Raw(b"." * 24)


def shuffled(things):
    random.Random(7).shuffle(things)
    return things


FRAGMENTS = {  # name: (the packets, every receiver joins them)
    "fragments in order": (lambda port: pieces(port, MESSAGE), True),
    "fragments reversed": (lambda port: pieces(port, MESSAGE)[::-1], True),
    "fragments shuffled": (lambda port: shuffled(pieces(port, MESSAGE)), True),
    "fragments of 16 bytes": (lambda port: pieces(port, MESSAGE, 16), True),
    "last fragment first": (lambda port: (lambda p: p[-1:] + p[:-1])(pieces(port, MESSAGE)), True),
    "fragments each twice": (lambda port: [p for p in pieces(port, MESSAGE) for _ in "12"], True),
    "message behind the first kilobyte": (lambda port: pieces(port, b"." * 1024 + MESSAGE, 512), True),
    "other bytes first": (lambda port: (lambda p: [p[0], changed(p[1])] + p[1:])(pieces(port, MESSAGE)), False),
    "other bytes later": (lambda port: (lambda p: p[:2] + [changed(p[1])] + p[2:])(pieces(port, MESSAGE)), False),
    "overlap when the first have gone on": (lambda port: (lambda p: p[:2] + [3.0, astride(p[1]), 3.0] + p[2:] + [3.0])(
        pieces(port, MESSAGE)), False),
    "overlap of the end": (lambda port: (lambda p, q: p[:-1] + [q[-1], p[-1]])(
        pieces(port, MESSAGE), pieces(port, OTHER)), False),
}


# ---- TCP ----

class Connection:
    """A client's side of a connection, by hand."""
    answers, arrived = {}, threading.Condition()

    def __init__(self, port, syn_data=b"", isn=None):
        self.port, self.isn = port, (port * 7919) & 0xFFFFFFFF if isn is None else isn
        send(self.segment(0, syn_data, "S", ack=0, base=self.isn))
        with self.arrived:
            self.arrived.wait_for(lambda: port in self.answers, timeout=3)
        answer = self.answers[port]
        self.next = answer.seq + 1
        send(self.segment(0, b"", "A"))

    @classmethod
    def note(cls, packet):
        if TCP in packet and packet[TCP].sport == PORT and packet[TCP].flags.S and packet[TCP].flags.A:
            with cls.arrived:
                cls.answers[packet[TCP].dport] = packet[TCP]
                cls.arrived.notify_all()

    def segment(self, offset, payload=b"", flags="PA", ack=None, base=None, **fields):
        seq = (self.isn + 1 if base is None else base) + offset
        tcp = TCP(sport=self.port, dport=PORT, flags=flags, seq=seq & 0xFFFFFFFF, window=8192,
                  ack=self.next if ack is None else ack, **fields)
        return IP(dst=SERVER, id=next(ids)) / tcp / Raw(payload)


def in_pieces(c, payload, size):
    return [c.segment(at, payload[at:at + size]) for at in range(0, len(payload), size)]


def fin(c, length):
    return c.segment(length, flags="FA")


M, N = MESSAGE, len(MESSAGE)
HALF = N // 2
SEGMENTS = {  # name: (a connection -> its packets, every receiver hands the message to its application)
    "one segment": (lambda c: [c.segment(0, M)], True),
    "segments of one byte": (lambda c: in_pieces(c, M, 1), True),
    "segments reversed": (lambda c: in_pieces(c, M, 3)[::-1], True),
    "segments shuffled": (lambda c: shuffled(in_pieces(c, M, 2)), True),
    "segments each twice": (lambda c: [p for p in in_pieces(c, M, 3) for _ in "12"], True),
    "overlapping segments": (lambda c: [c.segment(at, M[at:at + 4]) for at in range(0, N, 2)], True),
    "wrong checksum before": (lambda c: [c.segment(0, OTHER, chksum=0xBEEF), c.segment(0, M)], True),
    "without ACK flag before": (lambda c: [c.segment(0, OTHER, flags="P"), c.segment(0, M)], True),
    "far outside the window before": (lambda c: [c.segment(1 << 29, OTHER), c.segment(0, M)], True),
    "reset outside the window before": (lambda c: [c.segment(1 << 29, flags="R"), c.segment(0, M)], True),
    "FIN outside the window before": (lambda c: [c.segment(1 << 29, flags="FA"), c.segment(0, M)], True),
    "SYN in the middle": (lambda c: [c.segment(0, M[:HALF]), c.segment(HALF + 100, flags="S", ack=0),
                                     c.segment(HALF, M[HALF:])], True),
    "acknowledging what was not sent": (lambda c: [c.segment(0, OTHER, ack=c.next + 100000), c.segment(0, M)], True),
    "second half first": (lambda c: [c.segment(HALF, M[HALF:]), c.segment(0, M[:HALF])], True),
    "queued bytes changed later": (lambda c: [c.segment(HALF, M[HALF:]), c.segment(HALF, OTHER[HALF:]),
                                              c.segment(0, M[:HALF])], False),
    "queued bytes changed before": (lambda c: [c.segment(HALF, OTHER[HALF:]), c.segment(HALF, M[HALF:]),
                                               c.segment(0, M[:HALF])], False),
    "queued bytes overlapped by the first half": (lambda c: [c.segment(HALF, OTHER[HALF:]), c.segment(0, M)], False),
    "FIN ahead of the bytes": (lambda c: [c.segment(1, flags="FA"), c.segment(0, M)], False),
    "urgent pointer ahead of its byte": (lambda c: [c.segment(0, M[:HALF], flags="PAU", urgptr=HALF + 1),
                                                    c.segment(HALF, b"!" + M[HALF:])], False),
    "urgent pointer without bytes": (lambda c: [c.segment(0, flags="AU", urgptr=HALF + 1),
                                                c.segment(0, M[:HALF] + b"!" + M[HALF:])], False),
    "urgent pointer of zero": (lambda c: [c.segment(0, M[:HALF]), c.segment(HALF, b"!" + M[HALF:], flags="PAU")], False),
    "urgent pointers of which the last counts": (lambda c: [
        c.segment(1, M[1:HALF], flags="PAU", urgptr=HALF - 1), c.segment(HALF, M[HALF:] + b"..", flags="PAU", urgptr=N - HALF + 1),
        c.segment(0, M[:1])], False),
    "urgent pointer": (lambda c: [c.segment(0, M[:HALF] + b"!" + M[HALF:], flags="PAU", urgptr=HALF + 1)], False),
}


def main():
    sniffer = AsyncSniffer(iface="eth0", filter=f"tcp and src host {SERVER}", prn=Connection.note, store=False)
    sniffer.start()
    time.sleep(1)
    port = int(sys.argv[4])
    only = sys.argv[5:] == ["fragments"]  # and of them those that every receiver joins
    for name, (make, keeps) in FRAGMENTS.items():
        if only and not keeps:
            continue
        send(*make(port))
        print(port, name, "keeps" if keeps else "", flush=True)
        port += 1
    for name, (make, keeps) in () if only else SEGMENTS.items():
        connection = Connection(port)
        send(*make(connection), fin(connection, N))
        print(port, name, "keeps" if keeps else "", flush=True)
        port += 1
    time.sleep(1)


main()
