"""What makes a text suspicious, in the common language of `re`, RE2 and Hyperscan. It must grow with every new form.

In many small parts: the libraries compile them in a tenth of the time that they take for one large pattern.
"""

import re

from mtlsguard.redact.forms import attributes, dn, hexadecimal, hexdumps, numbers
from mtlsguard.redact.forms.alternatives import any_of

_WORDS = (  # names and words, in any case
    r"(?i:cert(?:[^a]|$))",
    r"(?i:serial(?:[^i]|$))",
    r"(?i:ssl[-_]?client|x[-_]ssl)",
    r"(?i:client[-_](?:common|subject|issuer|id|d|uri|verify))",
    r"(?i:client[-. _](?:sha|hash|digest))",
    r"(?i:client[\"']: ?\{)",
    r"(?i:(?:(?:client|peer|leaf|subject|issuer)[-_]?|(?:x509|tls)[-_])(?:cn|common[-_]?name)(?:[^a-z0-9_-]|$))",
    r"(?i:(?:client|peer|leaf)[-_](?:ou?|(?:(?:dns|uri|ip|email)[-_])?sans?)(?:[^a-z0-9_-]|$))",
    r"(?i:common[-_ ]?name[\"'\\]{0,16} {0,2}[:=])",
    r"(?i:(?:leaf|peer|spki)[-_. ](?:sha|hash|digest))",
    r"(?i:(?:finger|thumb)print)",
    r"(?i:key[-_ ]?identifier)",
    r"(?i:(?:subject|authority|issuer|public)[-_ ]?key[-_ ]?(?:id|pin))",
    r"(?i:(?:key id|signature) hash|public [xy] coord|pin-sha256)",
    r"(?i:(?:^|[^a-z0-9])[sa]ki[\"'\\]{0,16} {0,2}[:=])",
    r"(?i:modulus[\"'\\]{0,16} {0,2}[:=])",
    r"<Buffer [0-9a-f]|\"Buffer[\\\"]",
)
_BASE64 = (
    r"MI[G-L][A-Za-z0-9+/_%\\-]",
    "CAQ(?:EE|Aw)",
    "b3BlbnNz",
    "LS0tLS1CRUdJTi",
    "BgNV(?:BA|H[QRS])",
    "YDV(?:QQ|R0)",
    "GA1U[Ed]",
)
_ARMOUR = (r"BEGIN[ \t+_%\\]", "-----END")
# An OpenSSL dump writes `commonName                = `; the text before a type may be a colour of a terminal.
_BOUNDARY = r"(?:^|[^A-Za-z0-9]|[0-9\[]m|\[K|\\[nrt])"
_ESCAPED_COLOUR = r"\\{1,8}(?:x1b|u001b|033)\[[0-9;]*[mK]"
_COLOUR = rf"(?:\x1b\[[0-9;]*[mK]|{_ESCAPED_COLOUR})"
_JOINT = r"[\"'](?: \+)?(?:\n|\\{1,8}n) +\\{0,15}[\"']"  # of two pieces of a string
_GAP = r"(?: |\x1b\[[0-9;]*m)*"  # the others have a part of their own: here they would make the automaton slow
_BEGINNINGS = any_of({*dn.BEGINNINGS, *attributes.BEGINNINGS})
_EQUALS = (
    rf"{_BOUNDARY}{_BEGINNINGS}{_GAP}=",
    rf"\.[0-9]+{_GAP}=",  # the end of an object identifier
    r"u201[89cd][A-Za-z0-9.]{1,30} {0,2}=",  # behind a quote that is escaped
    "(?i:hash)=",
    "fp=",
    " hl=",
    r"[NstrUCOLThH]%(?:25){0,4}3[Dd]",
)
_PARTED = (  # a word by a colour, or a type and its value by one that is escaped, or by a string that ends
    rf"[A-Za-z0-9+/](?:{_COLOUR})+[A-Za-z0-9+/]",
    rf"[A-Za-z0-9:] ?(?:{_ESCAPED_COLOUR}|{_JOINT})(?: |{_ESCAPED_COLOUR})*[=\"']",
)
_REPR = (
    r"(?:<|&lt;)(?:Name|RelativeDistinguishedName|NameAttribute)\(",
    r"(?:<|&lt;)(?:RSAPublicNumbers|EllipticCurvePublicNumbers)\(",
    r"(?:<|&lt;)(?:DNSName|RFC822Name|UniformResourceIdentifier|DirectoryName|IPAddress|OtherName|RegisteredID)\(",
    r"(?:<|&lt;)(?:SubjectKeyIdentifier|AuthorityKeyIdentifier|RevokedCertificate)\(",
)
_NAMES = (
    "[Oo]n_?[Nn]ame",
    "Name: ",
    "lternative [Nn]ame",
    "ltName",
    "(?i:(?:subject|issuer)[-_ ]?alt)",
    "DNSNames",
    "UnusedBits ?=",
    "Key Blob: ",
    " altname = ",
    "NotValidForName",
    "DnsNameList",
    r"attr_value: |unused_bits: |general_names: \[|OID\(2\.5\.29",
    r"X\.509v3 [^\r\n]{1,60}\[Serial: ",
    "DER encoded OCTET STRING",
    "Raw(?:Subject|Issuer|TBS)",
    r"Critical[\"'\\]{0,16}: ?(?:true|false),?[\s\\nrt]{0,80}[\"'\\]{0,16}Value",
    r"\{2\.5\.29\.[0-9]{1,3} (?:true|false) \[",
    r"SignatureAlgorithm[\"'\\]{0,16}:",
    r"ostname [^\r\n]{1,300} does(?: not|n[^\r\n]{1,9}t) match",
    "ommon name: ",
    r"DNS[:\"'\\&]",
    ";SAN=",
    "_CN",
    r"CN[\"'\\&]",
    rf"(?:^|[^A-Za-z0-9])CN:{_GAP}\\{{0,15}}[\"']",
    r"\{[\s\\nrt]{0,80}[\"'\\]{0,16}Type[\"'\\]{0,16}: ?(?:asn1.ObjectIdentifier\{|\[)[\s\\nrt]{0,80}[012],",
    r"\[CN\] => ",
    r"null prototype\] \{",
    "KeyID",
    "X509",
    "x5[tc]",
    r"hash\\*[\"']: ",
)
_OCTETS = (
    r"0\\{1,8}(?:x8|u008|20)",
    r"0[w.t]\\{1,8}(?:x02|u0002|002)",
    r"\x02\x01",
    r"0(?:\+|%(?:25){0,4}2[0Bb])8[12](?:\+|%)",
    r"0%(?:25){0,4}(?:5[Cc]|8[12])",
    r"[0-9a-fA-F]{2}%(?:25){0,4}3[Aa][0-9a-fA-F]{2}%(?:25){0,4}3[Aa][0-9a-fA-F]{2}%",
    hexadecimal.NEAR,
    hexadecimal.NEAR_AS_NUMBERS,
    hexdumps.TELLING,
    *numbers.HINTS,
    ":(?:[0-9a-fA-F]{2}:){14}",
)
COLONS = 13  # fewer do not hold what the last one looks for

PARTS = (*_WORDS, *_BASE64, *_ARMOUR, *_EQUALS, *_PARTED, *_REPR, *_NAMES, *_OCTETS)
# Not in texts of ASCII alone: DER that somebody read as Latin-1 or as bad UTF-8, and letters that are an s or a k in
# any case but their own.
_RAW = "0[\x81\x82\ufffd\udc81\udc82]|[\u017f\u212a]"
RAW_OCTETS = b"0(?:\xc2[\x81\x82]|\xef\xbf\xbd|\xed\xb2[\x81\x82])|\xc5\xbf|\xe2\x84\xaa"  # the same in UTF-8

_SEARCH = re.compile("|".join(PARTS)).search
search_raw = re.compile(_RAW).search


def is_told(text: str) -> bool:
    """Is there something suspicious? To be asked of short texts: `re` tries every part at every character."""
    return _SEARCH(text) is not None or (not text.isascii() and search_raw(text) is not None)
