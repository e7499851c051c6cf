#!/usr/bin/python3
"""Sends fragments that overlap and contradict each other to 192.0.2.2: fragment_cases.py SEED CASES CAPTURE

Each case is one datagram of UDP, from port 20000 + case to 9999: cut, reordered, with fragments twice, with others that
share bytes (the same bytes or different ones), with wrong ends, and with some lost, all by the seed. What was sent is written
to CAPTURE, for who is to be compared with the receiver.
"""
import random
import struct
import sys

from scapy.all import IP, Ether, Raw, conf, wrpcap

seed, cases, capture = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
chance = random.Random(seed)
UNIT = 8


def fragment(case, content, begin, end, more):
    packet = IP(src="192.0.2.1", dst="192.0.2.2", id=case + 1, proto=17, frag=begin // UNIT, flags="MF" if more else 0)
    ether = Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02")
    return Ether(bytes(ether / packet / Raw(content[begin:end])))


def bytes_of(case, size, fill=None):
    """A datagram of UDP without a checksum, so that whatever is joined is taken."""
    header = struct.pack("!HHHH", 20000 + case, 9999, size, 0)
    rest = size - len(header)
    return header + (bytes([fill]) * rest if fill is not None else chance.randbytes(rest))


def cut(case, content):
    parts, begin = [], 0
    while begin < len(content):
        room = len(content) - begin
        size = UNIT * chance.randint(1, 5)
        if begin == 0:
            size = min(size, (len(content) - 1) // UNIT * UNIT)
        end = begin + min(size, room)
        parts.append(fragment(case, content, begin, end, end < len(content)))
        begin = end
    return parts


def overlap(case, content, others):
    """One more fragment, of the right bytes or of others; one of eight names an end."""
    source = content if chance.random() < 0.4 else others
    units = len(content) // UNIT
    begin = UNIT * chance.randrange(units)
    last = begin > 0 and chance.random() < 0.125
    most = len(content) if last else units * UNIT
    end = min(most, begin + UNIT * chance.randint(1, 6))
    return fragment(case, source, begin, end, not last)


def attack(case):
    size = chance.randint(24, 200)
    content, others = bytes_of(case, size), bytes_of(case, size, chance.randrange(256))
    parts = cut(case, content)
    order = chance.random()
    if order < 0.4:
        chance.shuffle(parts)
    elif order < 0.5:
        parts.reverse()
    for _ in range(chance.choice((0, 0, 1, 1, 1, 2, 3))):
        parts.insert(chance.randint(0, len(parts)), overlap(case, content, others))
    for _ in range(chance.choice((0, 0, 1, 2))):
        parts.insert(chance.randint(0, len(parts)), chance.choice(parts))
    if chance.random() < 0.1:
        parts.pop(chance.randrange(len(parts)))
    return parts


packets = [part for case in range(cases) for part in attack(case)]
wrpcap(capture, packets)
wire = conf.L2socket(iface="eth0")
for packet in packets:
    wire.send(packet)
