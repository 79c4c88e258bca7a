"""A bar on a terminal that tells how far a long job is; nothing anywhere else."""

import time
from types import TracebackType
from typing import Self, TextIO

from mtlsguard.cli.terminal import has_cursor

_BETWEEN = 0.2  # seconds
_BAR = 30
_MEGA = 1_000_000
_MINUTE = 60


class Progress:
    """`size`: octets in all, 0 where nobody knows."""

    def __init__(self, stream: TextIO | None, size: int) -> None:
        self._stream = stream if has_cursor(stream) else None
        self._size = size
        self._done = 0
        self._begun = self._shown = time.monotonic()
        self._is_visible = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: object, _traceback: TracebackType | None) -> None:
        if self._is_visible:
            self._print("")

    def add(self, octets: int) -> None:
        self._done += octets
        now = time.monotonic()
        if self._stream is not None and now - self._shown >= _BETWEEN:
            self._shown = now
            self._print(self._line(now - self._begun))

    def _line(self, seconds: float) -> str:
        speed = self._done / seconds
        done = f"{self._done / _MEGA:,.0f} MB, {speed / _MEGA:,.0f} MB/s"
        if not self._size:
            return done
        share = min(1.0, self._done / self._size)
        left = int((self._size - self._done) / speed) if speed else 0
        bar = "#" * int(share * _BAR)
        return f"[{bar:<{_BAR}}] {share:4.0%}  {done}, {left // _MINUTE}:{left % _MINUTE:02} left"

    def _print(self, line: str) -> None:
        if self._stream is not None:
            self._stream.write(f"\r\x1b[K{line}")
            self._stream.flush()
            self._is_visible = bool(line)
