#!/usr/bin/python3
"""Writes the tables that names.cpp and zeek_vendor.cpp include.

    make_tables.py names FILE.csv OUTPUT        columns table, number, text: one constexpr array a table
    make_tables.py vendors FILE.csv OUTPUT      columns lookup, pattern, name, preferred

A vendor pattern is hex digits, '.' for a digit that may be anything, '$' at the end if nothing may follow; it is anchored
at the start. Rows are written sorted by lookup (the first 16 hex digits of the id, empty for rows that any id without a row
of its own may match); within a lookup the row that counts stands first: `preferred` rows, then fewest wildcards, then longest.
"""
import csv
import re
import sys


def quoted(text):
    if not text.isascii() or not text.isprintable():
        sys.exit(f"{text!r} is not printable ASCII")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def names(rows):
    tables = {}
    for row in rows:
        tables.setdefault(row["table"], {})
        if int(row["number"]) in tables[row["table"]]:
            sys.exit(f"{row['table']}: {row['number']} stands twice")
        tables[row["table"]][int(row["number"])] = row["text"]
    for table, entries in sorted(tables.items()):
        yield f"inline constexpr std::array<registry::NumberName, {len(entries)}> k{table}Rows{{{{"
        yield from (f"    {{{number}, {quoted(text)}}}," for number, text in sorted(entries.items()))
        yield "}};"


def vendors(rows):
    def order(row):
        pattern = row["pattern"]
        return row["lookup"], row["preferred"] != "first", pattern.count("."), -len(pattern)

    rows = sorted(rows, key=order)
    yield f"inline constexpr std::array<VendorRow, {len(rows)}> kVendorRows{{{{"
    for row in rows:
        if not re.fullmatch(r"[0-9a-f]{16}|", row["lookup"]) or not re.fullmatch(r"[0-9a-f.]+\$?", row["pattern"]):
            sys.exit(f"row {row} is not of the form that this script's head describes")
        yield f'    {{"{row["lookup"]}", "{row["pattern"]}", {quoted(row["name"])}}},'
    yield "}};"


def main():
    kind, source, target = sys.argv[1:]
    with open(source, newline="", encoding="ascii") as file:
        lines = list({"names": names, "vendors": vendors}[kind](csv.DictReader(file)))
    with open(target, "w", encoding="ascii") as file:
        file.write("\n".join(["// NOLINTBEGIN(modernize-use-designated-initializers): generated", *lines, "// NOLINTEND(modernize-use-designated-initializers)"]) + "\n")


if __name__ == "__main__":
    main()
