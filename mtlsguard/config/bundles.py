"""[[trust.bundles]]: one SPIFFE trust domain each, with authorities of its own."""

from mtlsguard.config.places import is_address, sound_address
from mtlsguard.config.reader import Section, Unreadable
from mtlsguard.config.rules import trust_domain
from mtlsguard.config.spiffe import SpiffeBundle, spiffe_bundle
from mtlsguard.revocation_policy import BundlePolicy

_FETCHED = ("https",)  # the authenticity of a bundle rests on that of the server


def bundles(section: Section) -> tuple[BundlePolicy, ...]:
    found = [_bundle(Section(item, place, section.notes)) for place, item in section.items("bundles")]
    domains = [one.domain for one in found]
    if len(set(domains)) != len(domains):
        section.problem("bundles", "one bundle for each trust domain")
    return tuple(found)


def _bundle(rule: Section) -> BundlePolicy:
    """`loading` has put what the source holds under `content`; an address may have nothing yet."""
    domain = trust_domain(rule.raw("trust_domain"))
    if domain is None:
        rule.problem("trust_domain", 'a SPIFFE trust domain such as "example.org"')
    source, content = rule.text("source"), rule.raw("content")
    if not source:
        rule.problem("source", "a file or an https address")
    elif is_address(source):
        sound_address(rule, "source", source, _FETCHED)
    read = _read(rule, content)
    rule.close()
    return BundlePolicy(domain or "", source, read.anchors, read.sequence, read.refresh)


def _read(rule: Section, content: object) -> SpiffeBundle:
    if content is None or isinstance(content, Unreadable):
        return SpiffeBundle(())
    read = spiffe_bundle(content) if isinstance(content, bytes) else "it is no file"
    if isinstance(read, str):
        rule.problem("source", "a SPIFFE bundle in JSON", read)
        return SpiffeBundle(())
    return read
