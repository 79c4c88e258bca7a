"""What a line of a log says about its neighbours: may a find that is open at its end go on in the next line?

A line at the margin begins something new, unless it looks like a piece of an encoded block or of a box.
"""

import re

LONGEST = 4096  # octets; a longer line is a whole in itself

_MARKS = rb"[ \t\r\n\"'(),\[\]|>]"
_WORD = rb"[A-Za-z0-9+/=_-]{11,}+|(?:[0-9A-Fa-f]{2}[: -]){3,}+[0-9A-Fa-f]{0,2}+|\\{1,8}+[nrt](?![A-Za-z])"
_BODY = re.compile(rb"(?>%b*+(?:%b))++%b*+(?:[A-Za-z0-9+/]{1,10}+={0,2}+%b*+)?+\Z" % (_MARKS, _WORD, _MARKS, _MARKS))
_SHORT = re.compile(rb"%b*+[A-Za-z0-9+/]{1,10}+={0,2}+%b*+\Z" % (_MARKS, _MARKS))
_TAIL = re.compile(rb"[A-Za-z0-9+/]{32,}+={0,2}+\s*+\Z")
_LAST_WORDS = 200  # octets
_HEAD = re.compile(rb"%b*+[A-Za-z0-9+/]{11}" % _MARKS)
_BAR = "\u2502".encode()  # of a box
# Of octets in columns, behind an offset; and several of them.
_OFFSET = rb"(?:0[xX])?[0-9A-Fa-f]{4,16}(?: ?<[^<>\r\n]{1,80}>)?(?:[:|]| -)?[ \t]{1,4}(?:0x)?(?:[0-9A-Fa-f]{2}){1,16}"
_COLUMNS = re.compile(rb"(?:[ \t|]|\\t){0,40}+%b(?![0-9A-Za-z])|\*\s*\Z" % _OFFSET)
_MANY_COLUMNS = re.compile(rb"(?<![\w.])%b(?:[ \t-]{1,3}(?:0x)?[0-9A-Fa-f]{2}){4}" % _OFFSET)
_LONG_WORD = re.compile(rb"[A-Za-z0-9+/]{40}")
_BEGIN = re.compile(rb"BEGIN [A-Z0-9][A-Z0-9 ]{1,60}-----(?![^\n]*[A-Za-z0-9+/]{40})")
_END = re.compile(rb"-END [A-Z0-9]")
_HEADER = re.compile(rb"(?:[^\n]*[ \t])?(?:Proc-Type|DEK-Info|Comment|Subject|X-[A-Za-z-]+): [^\n]*\n")
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]|\xef\xbf\xbd")


def split(block: bytes) -> list[bytes]:
    """With their ends. A carriage return alone is none."""
    parts = block.split(b"\n")
    return [part + b"\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def is_body(line: bytes) -> bool:
    """Nothing but long words of base64, or octets in hexadecimal, and what printers put around them."""
    return len(line) <= LONGEST and _BODY.match(line) is not None


def is_short(line: bytes) -> bool:
    """As the last line of a block may be."""
    return _SHORT.match(line) is not None


def is_only_short(block: bytes) -> bool:
    """Is its last line short, and no piece of anything by itself?"""
    line = block[_line_before(block, len(block)) :]
    return is_short(line) and not is_body(line)


def ends_like_body(line: bytes) -> bool:
    """A block may begin behind something else on its first line."""
    return len(line) <= LONGEST and _TAIL.search(line[-_LAST_WORDS:]) is not None


def begins_like_body(line: bytes) -> bool:
    """A block may end before something else on its last line."""
    return _HEAD.match(line) is not None


def holds_body(line: bytes) -> bool:
    """A line of a block with something before or behind it, as collectors of logs write it."""
    return _LONG_WORD.search(line) is not None


def opens_frame(line: bytes) -> bool:
    """A block of PEM begins here, and its body in the next line."""
    begin = line.rfind(b"BEGIN ")
    return begin >= 0 and _BEGIN.match(line, begin) is not None


def closes_frame(line: bytes) -> bool:
    return _END.search(line) is not None


def is_header(line: bytes) -> bool:
    """Between the first line of PEM and its body (RFC 1421 section 4.6)."""
    return not line.strip() or _HEADER.match(line) is not None


def holds_columns(line: bytes) -> bool:
    """A line of a dump, from which more is read than it shows by itself."""
    return len(line) <= LONGEST and _MANY_COLUMNS.search(line) is not None


def continues(line: bytes) -> bool:
    """May this line go on with a find that was open at the end of the line before?"""
    if line[:1] in b" \t\r\n" or _BAR in line[:_LAST_WORDS] or _BINARY.search(line) is not None:
        return True
    return is_body(line) or _COLUMNS.match(line) is not None


def start_of_run(block: bytes) -> int:
    """Where the lines at the end of the block begin that may be an encoded block without its first line. The last of
    them may be short. -1 if all of it is such a run, so that the run may have begun further up.
    """
    start = end = _line_before(block, len(block)) if is_only_short(block) else len(block)
    while start:
        line_start = _line_before(block, start)
        line = block[line_start:start]
        if is_body(line):
            start = line_start
        elif ends_like_body(line):
            return line_start
        else:
            return start if start < end else len(block)
    return -1


def _line_before(block: bytes, end: int) -> int:
    return block.rfind(b"\n", 0, max(0, end - 1)) + 1
