"""Bytes that are read from the front, whoever wrote them: what does not hold is a StateUnreadable."""

from __future__ import annotations

from typing import Final

from engine.core.errors import StateUnreadable

LARGEST_NUMBER: Final = 2**63 - 1


def write_number(out: bytearray, number: int) -> None:
    """A number from zero upwards, seven bits a byte."""
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)


class Stream:
    """The bytes and how far they are read."""

    __slots__ = ("at", "content")

    def __init__(self, content: bytes) -> None:
        self.content = bytes(content)
        self.at = 0

    @property
    def is_over(self) -> bool:
        """Whether nothing is left."""
        return self.at == len(self.content)

    def byte(self) -> int:
        """The next byte."""
        return self.take(1)[0]

    def take(self, count: int) -> bytes:
        """The next so many bytes."""
        taken = self.content[self.at : self.at + count]
        if len(taken) != count:
            raise StateUnreadable(because="it ends too early")
        self.at += count
        return taken

    def number(self) -> int:
        """A number as `write_number` wrote it."""
        at = self.at
        if at < len(self.content) and self.content[at] < 128:  # most numbers are one byte
            self.at = at + 1
            return self.content[at]
        number = shift = 0
        while True:
            byte = self.byte()
            number |= (byte & 127) << shift
            if byte < 128:
                break
            shift += 7
            if shift > LARGEST_NUMBER.bit_length():
                raise StateUnreadable(because="a number is too long")
        if number > LARGEST_NUMBER:
            raise StateUnreadable(because="a number is too large")
        return number
