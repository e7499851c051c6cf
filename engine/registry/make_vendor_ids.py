#!/usr/bin/python3
"""Writes the constexpr tables of vendor ids that vendor_id.cpp includes.

    make_vendor_ids.py vendor_ids.csv OUTPUT

The CSV has the columns name, hex and match: `hex` is two digits a byte, '.' for a nibble that may be anything; `match` is
`exact` or `prefix`. Plain rows are written sorted by their bytes, each with the index of the longest other row that is a
prefix of it, so that one binary search finds them all; rows with wildcards are few and go to a table of their own.
"""
import csv
import sys


def literal(data):
    """A string_view of these bytes, NULs and all."""
    return '{"' + "".join(f"\\x{b:02x}" for b in data) + f'", {len(data)}}}'


def quoted(text):
    if not text.isascii() or not text.isprintable():
        sys.exit(f"vendor_ids.csv: name {text!r} is not printable ASCII")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def shorter(rows, index):
    """The row before `index` that is the longest proper prefix of it, or -1."""
    value = rows[index][0]
    found = [i for i in range(index) if len(rows[i][0]) < len(value) and value.startswith(rows[i][0])]
    return max(found, key=lambda i: len(rows[i][0]), default=-1)


def read(path):
    plain, wild = [], []
    with open(path, newline="", encoding="ascii") as file:
        for row in csv.DictReader(file):
            if row["match"] not in ("exact", "prefix"):
                sys.exit(f"{path}: {row['name']}: match is {row['match']!r}, not exact or prefix")
            exact = "true" if row["match"] == "exact" else "false"
            value = bytes.fromhex(row["hex"].replace(".", "0"))
            if "." in row["hex"]:
                mask = bytes.fromhex("".join("0" if c == "." else "f" for c in row["hex"]))
                wild.append((value, mask, exact, row["name"]))
            else:
                plain.append((value, exact, row["name"]))
    plain.sort()
    for before, after in zip(plain, plain[1:]):
        if before[0] == after[0]:
            sys.exit(f"{path}: {before[2]} and {after[2]} have the same bytes")
    wild.sort(key=lambda row: -len(row[0]))
    return plain, wild


def main():
    source, target = sys.argv[1:]
    plain, wild = read(source)
    # Escapes are what a table of bytes is made of.
    lines = ["// NOLINTBEGIN(modernize-raw-string-literal)"]
    lines.append(f"inline constexpr std::array<PlainRow, {len(plain)}> kPlainRows{{{{")
    for index, (value, exact, name) in enumerate(plain):
        lines.append(f"    {{.value = {literal(value)}, .name = {quoted(name)}, .exact = {exact}, "
                     f".shorter = {shorter(plain, index)}}},")
    lines += ["}};", "", f"inline constexpr std::array<WildRow, {len(wild)}> kWildRows{{{{"]
    for value, mask, exact, name in wild:
        lines.append(f"    {{.value = {literal(value)}, .mask = {literal(mask)}, .name = {quoted(name)}, "
                     f".exact = {exact}}},")
    lines += ["}};", "// NOLINTEND(modernize-raw-string-literal)"]
    with open(target, "w", encoding="ascii") as file:
        file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
