"""One line that says what is going on, on a terminal only, and leaves nothing behind."""

import contextlib
from typing import Self, TextIO

from mtlsguard.cli.terminal import Colour, Paint, has_cursor, width

_WIPE = "\r\x1b[K"


class Progress:
    def __init__(self, stream: TextIO, paint: Paint) -> None:
        self._stream = stream if has_cursor(stream) else None
        self._paint = paint

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def __call__(self, text: str) -> None:
        self._write(_WIPE + self._paint(text[: width() - 1], Colour.DIM))

    def clear(self) -> None:
        self._write(_WIPE)

    def _write(self, text: str) -> None:
        """A terminal that has gone must not keep the cleaning up from its work."""
        if self._stream is not None:
            with contextlib.suppress(OSError):
                self._stream.write(text)
                self._stream.flush()
