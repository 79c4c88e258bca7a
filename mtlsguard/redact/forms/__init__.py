"""The registry of forms.

First the blocks, which show by themselves what they are and are found fast; then what needs its context, in a text
that is short by then. Within a stage the order does not matter: overlapping finds are merged.
"""

from mtlsguard.redact.contract import Form
from mtlsguard.redact.forms import (
    altlines,
    altnames,
    apart,
    attributes,
    beside,
    binary,
    der,
    dn,
    dumps,
    headers,
    hexadecimal,
    hexdumps,
    labelled,
    mismatches,
    numbers,
    pem,
    reprs,
    structures,
    xfcc,
)

BLOCKS: tuple[Form, ...] = (
    pem.FORM,
    der.FORM,
    der.MIDDLE_FORM,
    hexadecimal.FORM,
    hexadecimal.COLON_FORM,
    binary.FORM,
    numbers.FORM,
    structures.FORM,
    dumps.FORM,
    dumps.LINES_FORM,
    dumps.OTHER_LINES_FORM,
    hexdumps.FORM,
)
IN_CONTEXT: tuple[Form, ...] = (
    dn.FORM,
    dn.SENTENCES_FORM,
    attributes.PAIRS_FORM,
    attributes.TYPED_FORM,
    attributes.LINES_FORM,
    apart.FORM,
    altnames.FORM,
    altlines.FORM,
    mismatches.FORM,
    reprs.FORM,
    reprs.PYOPENSSL_FORM,
    xfcc.FORM,
    headers.FORM,
    labelled.FORM,
    beside.FORM,
)
