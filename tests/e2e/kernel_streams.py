"""The two ends of kernel_streams.sh, and the comparison. Each case is a connection; its source port says which."""
import socket
import sys
import threading

RECEIVER, PORT, FIRST_PORT = "192.0.2.2", 7000, 20000
FIRST_SEQUENCE = 0xFFFFFFE0  # wraps within the stream


class Case:
    def __init__(self, seed):
        self.seed, self.segments, self.expected = seed, [], b""


def read_cases(path):
    cases = []
    for line in open(path, encoding="ascii"):
        word, *rest = line.split()
        if word == "case":
            cases.append(Case(rest[0]))
        elif word == "segment":
            cases[-1].segments.append((int(rest[0]), bytes.fromhex(rest[1])))
        elif word == "expect":
            cases[-1].expected = bytes.fromhex(rest[0])
    return cases


def receive(path, count):
    """Reads each connection to its end; a line `PORT HEX` for each."""
    got = {}

    def read_all(connection, port):
        connection.settimeout(20)
        parts = []
        try:
            while part := connection.recv(65536):
                parts.append(part)
        except OSError as error:
            print(f"port {port}: {error}", file=sys.stderr)
        got[port] = b"".join(parts)

    readers = []
    with socket.create_server(("", PORT), backlog=1024) as listener:
        listener.settimeout(30)
        open(path, "w", encoding="ascii").close()
        for _ in range(count):
            connection, (_, port) = listener.accept()
            readers.append(threading.Thread(target=read_all, args=(connection, port)))
            readers[-1].start()
    for reader in readers:
        reader.join()
    with open(path, "w", encoding="ascii") as out:
        for port, data in got.items():
            out.write(f"{port} {data.hex()}\n")


def send(cases):
    from scapy.all import ETH_P_IP, IP, TCP, Ether, Raw, conf, getmacbyip, get_if_hwaddr

    conf.verb = 0
    # One socket for both ways: another one would get copies of what is sent, and Linux does not
    # append to a segment of which there is a copy.
    wire = conf.L2socket(iface="wire", type=ETH_P_IP)
    link = bytes(Ether(src=get_if_hwaddr("wire"), dst=getmacbyip(RECEIVER), type=ETH_P_IP))

    def transmit(port, sequence, acknowledged, flags, data=b""):
        tcp = TCP(sport=port, dport=PORT, seq=sequence % 2**32, ack=acknowledged, flags=flags, window=65535)
        packet = IP(src="192.0.2.1", dst=RECEIVER) / tcp
        wire.outs.send(link + bytes(packet / Raw(data) if data else packet))

    def answer(port):
        wire.ins.settimeout(5)
        while True:
            packet = wire.recv()
            if packet is not None and TCP in packet and packet[TCP].dport == port and packet[TCP].flags == "SA":
                return packet[TCP].seq + 1

    for index, case in enumerate(cases):
        port = FIRST_PORT + index
        transmit(port, FIRST_SEQUENCE - 1, 0, "S")
        acknowledged = answer(port) % 2**32
        transmit(port, FIRST_SEQUENCE, acknowledged, "A")
        for offset, data in case.segments:
            transmit(port, FIRST_SEQUENCE + offset, acknowledged, "A", data)
        transmit(port, FIRST_SEQUENCE + len(case.expected), acknowledged, "FA")


def compare(path, cases):
    got = {}
    for line in open(path, encoding="ascii"):
        port, _, data = line.rstrip("\n").partition(" ")
        got[int(port)] = bytes.fromhex(data)
    wrong = 0
    for index, case in enumerate(cases):
        kernel = got.get(FIRST_PORT + index)
        if kernel == case.expected:
            continue
        wrong += 1
        print(f"seed {case.seed}: the kernel read {kernel}, expected {case.expected}")
        if wrong <= 5:
            for offset, data in case.segments:
                print(f"  {offset:3} {' ' * offset}{data.decode('ascii')}")
    print(f"{len(cases) - wrong} of {len(cases)} streams are the same")
    return wrong == 0


def main():
    what, *paths = sys.argv[1:]
    cases = read_cases(paths[-1])
    if what == "receive":
        receive(paths[0], len(cases))
    elif what == "send":
        send(cases)
    elif not compare(paths[0], cases):
        sys.exit(1)


main()
