"""Why a list is not usable: stable words, for events, metrics and documents."""

from enum import StrEnum


class Fault(StrEnum):
    """What is wrong with one list, whoever signed it."""

    MALFORMED = "malformed"  # no DER of a CertificateList (RFC 5280 section 5.1), or something behind it
    OVERSIZED = "oversized"  # a part that honest lists have short is long
    VERSION = "version"  # neither 1 nor 2, or extensions in version 1
    ALGORITHM = "algorithm"  # SHA-1, MD5, another that is not accepted, or the inner one differs from the outer one
    EXTENSION = "critical-extension"  # a critical extension of the list that nobody here knows
    REPEATED = "repeated-extension"
    ATTRIBUTES = "attribute-certificates"  # the list speaks of attribute certificates only
    NUMBER = "delta-without-number"
    ENTRY = "entry"  # an entry is malformed or has an unknown critical extension: none of them can be relied on
