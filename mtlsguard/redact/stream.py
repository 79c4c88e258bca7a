"""Streams of any length in constant memory: octets in chunks -> the same without certificate data.

A line that is clean and complete is passed on at once. Octets that are no UTF-8 stay as they are, and so do line ends.
The result is the same however the stream is cut into chunks.
"""

from dataclasses import dataclass

from mtlsguard.redact.markers import Kind, marker
from mtlsguard.redact.records import Look, Piece, Records, octets_of, text_of
from mtlsguard.redact.redactor import Redactor

WINDOW = 64 * 1024  # octets; about twice that is held at most, however long a line or a find is


class Stream:
    """One stream. `feed` it chunks in order, then `close` it; what they give back, joined, is the redacted stream."""

    def __init__(self, redactor: Redactor, window: int = WINDOW) -> None:
        self._redactor = redactor
        self._records = Records(redactor.spans, window)

    def feed(self, chunk: bytes) -> bytes:
        return b"".join(map(self._cleaned, self._records.feed(chunk)))

    def close(self) -> bytes:
        return b"".join(map(self._cleaned, self._records.close()))

    def _cleaned(self, piece: Piece) -> bytes:
        if piece.look is Look.CLEAN:
            return piece.octets
        if piece.look is Look.UNEXAMINED:
            return marker(Kind.UNEXAMINED).encode()
        body = piece.octets.rstrip(b"\r\n")  # a find without a visible end must not take the line end with it
        return octets_of(self._redactor.text(text_of(body))) + piece.octets[len(body) :]


@dataclass(frozen=True, slots=True)
class Finding:
    """What kind of certificate data is where; never what it is. Lines count from 1."""

    line: int
    kind: Kind


class Inspection:
    """Of one stream, which is not changed."""

    def __init__(self, redactor: Redactor, window: int = WINDOW) -> None:
        self._redactor = redactor
        self._records = Records(redactor.spans, window)
        self._line = 1

    def feed(self, chunk: bytes) -> list[Finding]:
        return [finding for piece in self._records.feed(chunk) for finding in self._found(piece)]

    def close(self) -> list[Finding]:
        return [finding for piece in self._records.close() for finding in self._found(piece)]

    def _found(self, piece: Piece) -> list[Finding]:
        first = self._line
        self._line += piece.octets.count(b"\n") + piece.lines
        if piece.look is Look.CLEAN:
            return []
        if piece.look is Look.UNEXAMINED:
            return [Finding(first, Kind.UNEXAMINED)]
        text = text_of(piece.octets)
        return [Finding(first + text.count("\n", 0, span.start), span.kind) for span in self._redactor.spans(text)]
