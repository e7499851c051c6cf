#!/usr/bin/python3
"""make_rules.py RULES CONTENTS [COUNT] [SEED]: content rules, and the same literals as a list for floor.cpp.

A quarter of the rules are `ip any any`, the rest udp, tcp, ike and esp. Literals are 6 to 20 bytes, printable or binary, one
in five without case. A line of CONTENTS: `SID nocase|exact HEX`.
"""
import random, sys

PROTOCOLS = ["ip", "ip", "ip", "ip", "ip", "udp", "udp", "udp", "udp", "udp", "udp", "udp", "udp", "tcp", "tcp", "tcp", "tcp",
             "ike", "ike", "esp"]
LETTERS = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/.=-_"


def literal(rng):
    size = rng.randint(6, 20)
    if rng.random() < 0.6:
        return bytes(rng.choice(LETTERS) for _ in range(size))
    return rng.randbytes(size)


def main():
    rules, contents = sys.argv[1:3]
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 1000
    rng = random.Random(int(sys.argv[4]) if len(sys.argv) > 4 else 1)
    with open(rules, "w") as out, open(contents, "w") as plain:
        for i in range(count):
            value, nocase = literal(rng), rng.random() < 0.2
            text = "|" + value.hex(" ") + "|"
            out.write(f'alert {PROTOCOLS[i % len(PROTOCOLS)]} any any -> any any (msg:"bench {i}"; content:"{text}";'
                      f'{" nocase;" if nocase else ""} sid:{1000000 + i}; rev:1;)\n')
            plain.write(f'{1000000 + i} {"nocase" if nocase else "exact"} {value.hex()}\n')


if __name__ == "__main__":
    main()
