#!/usr/bin/python3
"""Writes the constexpr tables of vendor ids that vendor_id.cpp includes.

    make_vendor_ids.py vendor_ids.csv OUTPUT

The CSV has the columns name, hex, match and aliases: `hex` is two digits a byte, '.' for a nibble that may be anything;
`match` is `exact` or `prefix`; `aliases` are further names, with ' | ' between them. Names of the same bytes stand together
in the order of the CSV. Plain bytes are written sorted, each with the index of the longest other ones that are a prefix of
them, so that one binary search finds them all; bytes with wildcards are few and go to a table of their own, longest first.
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


def shorter(values, index):
    """The value before `index` that is the longest proper prefix of it, or -1."""
    value = values[index]
    found = [i for i in range(index) if len(values[i]) < len(value) and value.startswith(values[i])]
    return max(found, key=lambda i: len(values[i]), default=-1)


def names_of(path, row):
    if row["match"] not in ("exact", "prefix"):
        sys.exit(f"{path}: {row['name']}: match is {row['match']!r}, not exact or prefix")
    exact = "true" if row["match"] == "exact" else "false"
    aliases = row["aliases"].split(" | ") if row["aliases"] else []
    return [(name, exact) for name in (row["name"], *aliases)]


def read(path):
    """Value to names and (value, mask) to names, in the order of the CSV."""
    plain, wild = {}, {}
    with open(path, newline="", encoding="ascii") as file:
        for row in csv.DictReader(file):
            value = bytes.fromhex(row["hex"].replace(".", "0"))
            if "." in row["hex"]:
                mask = bytes.fromhex("".join("0" if c == "." else "f" for c in row["hex"]))
                wild.setdefault((value, mask), []).extend(names_of(path, row))
            else:
                plain.setdefault(value, []).extend(names_of(path, row))
    return plain, wild


def lines_of(plain, wild):
    values = sorted(plain)
    wilds = sorted(wild, key=lambda key: (-len(key[0]), key[1].hex().count("0")))
    groups = [plain[value] for value in values] + [wild[key] for key in wilds]
    names = [name for group in groups for name in group]
    spans, first = [], 0
    for group in groups:
        spans.append(f".first = {first}, .count = {len(group)}")
        first += len(group)
    yield f"inline constexpr std::array<Name, {len(names)}> kNames{{{{"
    yield from (f"    {{.name = {quoted(name)}, .exact = {exact}}}," for name, exact in names)
    yield "}};"
    yield f"inline constexpr std::array<PlainRow, {len(values)}> kPlainRows{{{{"
    for index, value in enumerate(values):
        yield f"    {{.value = {literal(value)}, {spans[index]}, .shorter = {shorter(values, index)}}},"
    yield "}};"
    yield f"inline constexpr std::array<WildRow, {len(wilds)}> kWildRows{{{{"
    for (value, mask), span in zip(wilds, spans[len(values):]):
        yield f"    {{.value = {literal(value)}, .mask = {literal(mask)}, {span}}},"
    yield "}};"


def main():
    source, target = sys.argv[1:]
    # Escapes are what a table of bytes is made of.
    lines = ["// NOLINTBEGIN(modernize-raw-string-literal)", *lines_of(*read(source)),
             "// NOLINTEND(modernize-raw-string-literal)"]
    with open(target, "w", encoding="ascii") as file:
        file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
