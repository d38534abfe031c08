"""Reads of which table or index each page of a SQLite file is (https://www.sqlite.org/fileformat2.html); the wheel has
no `dbstat`. Meant for a file that is whole: a copy, not the one in doubt."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import IO

INTERIOR_INDEX, INTERIOR_TABLE, LEAF_INDEX, LEAF_TABLE = 2, 5, 10, 13
FREE, HEADER = "free", "sqlite_schema"


class Pages:
    """The pages of a file, numbered from 1."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        header = file.read(100)
        size = int.from_bytes(header[16:18], "big")
        self.size = 65_536 if size == 1 else size
        self.usable = self.size - header[20]
        self.count = int.from_bytes(header[28:32], "big")
        self.first_free = int.from_bytes(header[32:36], "big")

    def __getitem__(self, number: int) -> bytes:
        self._file.seek((number - 1) * self.size)
        return self._file.read(self.size)

    def below(self, root: int) -> Iterator[int]:
        """The pages of the b-tree at `root`, and of what overflows from it."""
        waiting = [root]
        while waiting:
            number = waiting.pop()
            yield number
            page = self[number]
            begin = 100 if number == 1 else 0
            kind, cells = page[begin], int.from_bytes(page[begin + 3 : begin + 5], "big")
            is_interior = kind in {INTERIOR_INDEX, INTERIOR_TABLE}
            array = begin + (12 if is_interior else 8)
            if is_interior:
                waiting.append(int.from_bytes(page[begin + 8 : begin + 12], "big"))
            for cell in range(cells):
                at = int.from_bytes(page[array + 2 * cell : array + 2 * cell + 2], "big")
                if is_interior:
                    waiting.append(int.from_bytes(page[at : at + 4], "big"))
                    at += 4
                if kind != INTERIOR_TABLE:
                    yield from self._overflowing(page, at, kind)

    def _overflowing(self, page: bytes, at: int, kind: int) -> Iterator[int]:
        length, at = _varint(page, at)
        if kind == LEAF_TABLE:
            _key, at = _varint(page, at)
        most = self.usable - 35 if kind == LEAF_TABLE else (self.usable - 12) * 64 // 255 - 23
        if length <= most:
            return
        least = (self.usable - 12) * 32 // 255 - 23
        local = least + (length - least) % (self.usable - 4)
        at += local if local <= most else least
        number = int.from_bytes(page[at : at + 4], "big")
        while number:
            yield number
            number = int.from_bytes(self[number][:4], "big")

    def free(self) -> Iterator[int]:
        """The pages that hold nothing."""
        trunk = self.first_free
        while trunk:
            yield trunk
            page = self[trunk]
            leaves = int.from_bytes(page[4:8], "big")
            yield from (int.from_bytes(page[8 + 4 * one : 12 + 4 * one], "big") for one in range(leaves))
            trunk = int.from_bytes(page[:4], "big")


def _varint(page: bytes, at: int) -> tuple[int, int]:
    value = 0
    for place in range(9):
        byte = page[at + place]
        if place == 8:
            return value << 8 | byte, at + 9
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + place + 1
    raise AssertionError("a varint has at most nine bytes")


def owners(database: Path, wanted: set[int]) -> dict[int, str]:
    """Of each wanted page the name of the table or index that it belongs to."""
    with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        roots = connection.execute("SELECT name, rootpage FROM sqlite_master WHERE rootpage > 0").fetchall()
    found: dict[int, str] = {}
    with database.open("rb") as file:
        pages = Pages(file)
        for name, root in [(HEADER, 1), *roots]:
            found |= {number: name for number in pages.below(root) if number in wanted}
        found |= {number: FREE for number in pages.free() if number in wanted}
    return found
