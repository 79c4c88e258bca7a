"""Bounds on what is read from a request, checked before anything is decoded.

Sizes of honest evidence were measured: a leaf with 70 names has 4.8 KB of DER and makes 18 KB of XFCC; a leaf
with three RSA-4096 intermediates makes 12 KB. Common servers stop at 8 to 64 KB for one header.
"""

MAX_FIELD = 65_536  # octets of one header value
MAX_EVIDENCE = 131_072  # octets of all certificate headers of a request
MAX_CERTIFICATE = 16_384  # octets of DER of one certificate
MAX_CHAIN = 10  # certificates beside the leaf
MAX_NAMES = 256  # subject alternative names of one certificate
MAX_SUBTREES = 256  # name constraints of one CA certificate that came over the wire
MAX_RSA_BITS = 8_192  # CVE-2023-29409: cost of verification grows with the square of the key
MIN_RSA_BITS = 2_048
