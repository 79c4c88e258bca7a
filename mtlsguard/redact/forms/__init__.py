"""The registry of forms.

First the blocks, which show by themselves what they are and are found fast; then what needs its context, in a text
that is short by then. Within a stage the order does not matter: overlapping finds are merged.
"""

from mtlsguard.redact.contract import Form
from mtlsguard.redact.forms import binary, der, dn, headers, hexadecimal, labelled, pem, percent, reprs, xfcc

BLOCKS: tuple[Form, ...] = (
    pem.FORM,
    der.FORM,
    hexadecimal.FORM,
    binary.FORM,
)
IN_CONTEXT: tuple[Form, ...] = (
    dn.FORM,
    percent.FORM,
    reprs.FORM,
    xfcc.FORM,
    headers.FORM,
    labelled.FORM,
)
