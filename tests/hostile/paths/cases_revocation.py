"""Revocation lists: missing, stale, narrowed, forged, contradictory; RFC 5280 5 and 6.3."""

from datetime import timedelta

from signing import der
from tests.hostile.paths import builder as make
from tests.hostile.paths.builder import REASONS, entry
from tests.hostile.paths.world import AT, DAY, ISSUE, SIGN, Setup, World, case

MISSING, STALE, REVOKED = "trust.revocation-missing", "trust.revocation-stale", "trust.revoked"
SERIAL = 77
INSTANT = timedelta(seconds=1)


def listed(w: World, *lists: bytes, at: object = AT) -> Setup:
    """A leaf of serial 77, the root's list in order, and these of its CA."""
    root = w.crl(w.root)
    return w.setup(w.leaf(serial=SERIAL), crls=[root, *lists], at=at)  # type: ignore[arg-type]  # a datetime


def narrowing(*parts: bytes) -> bytes:
    """IssuingDistributionPoint, RFC 5280 5.2.5."""
    return make.extension("2.5.29.28", der.sequence(*parts), critical=True)


@case(MISSING)
def no_list_at_all(w: World) -> Setup:
    return w.setup(w.leaf(), crls=[])


@case(MISSING)
def no_list_of_the_root(w: World) -> Setup:
    return w.setup(w.leaf(), crls=[w.crl(w.ca)])


@case(MISSING)
def no_list_of_the_issuer(w: World) -> Setup:
    return listed(w)


@case(STALE)
def stale_list(w: World) -> Setup:
    return listed(w, w.crl(w.ca, since=AT - 9 * DAY, until=AT - 2 * DAY))


@case(STALE)
def list_a_second_after_its_end(w: World) -> Setup:
    return listed(w, w.crl(w.ca, until=AT - INSTANT))


@case(judge="refused", why="openssl counts the last second as past")
def list_in_its_last_second(w: World) -> Setup:
    return listed(w, w.crl(w.ca, until=AT))


@case(STALE)
def stale_list_of_the_root(w: World) -> Setup:
    old = w.crl(w.root, since=AT - 9 * DAY, until=AT - 2 * DAY)
    return w.setup(w.leaf(), crls=[old, w.crl(w.ca)])


@case()
def stale_list_beside_a_fresh_one(w: World) -> Setup:
    return listed(w, w.crl(w.ca), w.crl(w.ca, since=AT - 9 * DAY, until=AT - 2 * DAY))


@case(STALE, judge="OK", why="openssl lets a list without an end count for ever")
def list_without_an_end(w: World) -> Setup:
    return listed(w, w.crl(w.ca, until=None))


@case(judge="refused", why="a list made later knows more; openssl judges it as of then")
def list_made_later(w: World) -> Setup:
    return listed(w, w.crl(w.ca, since=AT + DAY))


@case(REVOKED)
def list_made_later_that_tells_of_earlier(w: World) -> Setup:
    return listed(w, w.crl(w.ca, entry(SERIAL, AT - DAY), since=AT + DAY))


@case(MISSING)
def list_of_another_issuer(w: World) -> Setup:
    return listed(w, w.crl(w.authority("Other CA", w.root)))


@case(MISSING)
def list_of_the_name_by_another_key(w: World) -> Setup:
    return listed(w, w.crl(w.ca, key=w.key("other key")))


@case(judge="refused", why="openssl takes one list of the name, whoever signed it")
def forged_list_beside_the_true_one(w: World) -> Setup:
    """A list that anybody could have made takes nobody's trust away."""
    forged = w.crl(w.ca, entry(SERIAL, AT - DAY), key=w.key("other key"), since=AT)
    return listed(w, forged, w.crl(w.ca))


@case(REVOKED)
def forged_newer_list_does_not_hide_a_revocation(w: World) -> Setup:
    forged = w.crl(w.ca, key=w.key("other key"), since=AT)
    return listed(w, forged, w.crl(w.ca, entry(SERIAL, AT - DAY)))


@case(MISSING)
def list_of_an_issuer_that_may_sign_none(w: World) -> Setup:
    ca = w.authority("CA", w.root, usage=("keyCertSign",))
    return w.setup(w.leaf(ca), ca)


@case(MISSING)
def indirect_list(w: World) -> Setup:
    return listed(w, w.crl(w.ca, extensions=[narrowing(der.encode(0x84, b"\xff"))]))


@case(MISSING)
def delta_list_alone(w: World) -> Setup:
    delta = make.extension("2.5.29.27", der.integer(1), critical=True)
    return listed(w, w.crl(w.ca, extensions=[delta]))


@case(MISSING, judge="OK", why="openssl matches distribution points; here a list is whole or none")
def partitioned_list(w: World) -> Setup:
    place = der.encode(0xA0, der.encode(0xA0, make.uri("http://example.cn/1.crl")))
    points = make.extension("2.5.29.31", der.sequence(der.sequence(place)))
    lists = [w.crl(w.root), w.crl(w.ca, extensions=[narrowing(place)])]
    return w.setup(w.leaf(more=[points]), crls=lists)


@case(MISSING)
def list_of_authorities_only(w: World) -> Setup:
    return listed(w, w.crl(w.ca, extensions=[narrowing(der.encode(0x82, b"\xff"))]))


@case(MISSING)
def list_of_attribute_certificates_only(w: World) -> Setup:
    return listed(w, w.crl(w.ca, extensions=[narrowing(der.encode(0x85, b"\xff"))]))


@case(MISSING)
def list_of_some_reasons_only(w: World) -> Setup:
    some = der.encode(0x83, b"\x06\x40")
    return listed(w, w.crl(w.ca, extensions=[narrowing(some)]))


@case(MISSING)
def list_with_an_unknown_critical_extension(w: World) -> Setup:
    odd = make.extension(make.UNKNOWN, der.encode(der.NULL), critical=True)
    return listed(w, w.crl(w.ca, extensions=[odd]))


@case(MISSING)
def unknown_critical_extension_of_an_entry(w: World) -> Setup:
    """RFC 5280 5.3: such a list must not be used for any certificate."""
    odd = make.extension(make.UNKNOWN, der.encode(der.NULL), critical=True)
    return listed(w, w.crl(w.ca, entry(4711, AT - DAY, more=[odd])))


@case(MISSING, judge="OK", why="openssl passes over the entry and lets the list count")
def entry_of_another_issuer(w: World) -> Setup:
    """A certificateIssuer without the list saying that it is indirect; RFC 5280 5.3.3."""
    other = make.extension("2.5.29.29", der.sequence(make.directory(w.root.subject)), critical=True)
    return listed(w, w.crl(w.ca, entry(SERIAL, AT - DAY, more=[other])))


def _enter_reasons() -> None:
    """Revoked before, with each reason there is."""
    for reason in REASONS:

        def build(w: World, reason: str = reason) -> Setup:
            return listed(w, w.crl(w.ca, entry(SERIAL, AT - DAY, reason)))

        build.__name__ = f"revoked_for_{reason}"
        odd = reason == "removeFromCRL"
        case(
            REVOKED,
            judge="OK" if odd else "",
            why="of a delta list only; standing in a whole one it is no reason to trust"
            if odd
            else "",
        )(build)


_enter_reasons()


@case(REVOKED)
def revoked_without_a_reason(w: World) -> Setup:
    return listed(w, w.crl(w.ca, entry(SERIAL, AT - DAY)))


@case(REVOKED)
def revoked_at_that_very_second(w: World) -> Setup:
    return listed(w, w.crl(w.ca, entry(SERIAL, AT)))


@case(judge="refused", why="openssl refuses what is revoked at any time")
def revoked_a_second_after(w: World) -> Setup:
    return listed(w, w.crl(w.ca, entry(SERIAL, AT + INSTANT), since=AT + DAY))


@case(REVOKED)
def compromised_before_revoked_after(w: World) -> Setup:
    """invalidityDate, RFC 5280 5.3.2: since when the key was in other hands."""
    since = make.extension("2.5.29.24", der.encode(der.GENERALIZED_TIME, b"20261120000000Z"))
    told = entry(SERIAL, AT + DAY, "keyCompromise", more=[since])
    return listed(w, w.crl(w.ca, told, since=AT + 2 * DAY))


@case(REVOKED)
def issuer_revoked(w: World) -> Setup:
    lists = [w.crl(w.root, entry(w.ca.serial, AT - DAY, "cACompromise")), w.crl(w.ca)]
    return w.setup(w.leaf(), crls=lists)


@case(REVOKED)
def issuer_revoked_and_its_list_missing(w: World) -> Setup:
    """What is known to be revoked is refused before what is missing makes it undecided."""
    lists = [w.crl(w.root, entry(w.ca.serial, AT - DAY, "cACompromise"))]
    return w.setup(w.leaf(), crls=lists)


@case(judge="refused", why="an anchor is trusted by whoever put it there, not by its own list")
def root_that_lists_itself(w: World) -> Setup:
    lists = [w.crl(w.root, entry(w.root.serial, AT - DAY, "cACompromise")), w.crl(w.ca)]
    return w.setup(w.leaf(), crls=lists)


@case()
def hold_that_was_lifted(w: World) -> Setup:
    held = w.crl(w.ca, entry(SERIAL, AT - 5 * DAY, "certificateHold"), since=AT - 5 * DAY)
    return listed(w, w.crl(w.ca), held)


@case(REVOKED)
def hold_that_became_final(w: World) -> Setup:
    held = w.crl(w.ca, entry(SERIAL, AT - 5 * DAY, "certificateHold"), since=AT - 5 * DAY)
    return listed(w, w.crl(w.ca, entry(SERIAL, AT - 5 * DAY, "keyCompromise")), held)


@case(REVOKED, judge="OK", why="openssl asks the newest list alone")
def revocation_that_a_newer_list_forgets(w: World) -> Setup:
    """Only a hold can be lifted; a list that forgets takes no revocation back."""
    old = w.crl(w.ca, entry(SERIAL, AT - 5 * DAY, "keyCompromise"), since=AT - 5 * DAY)
    return listed(w, w.crl(w.ca), old)


@case(REVOKED)
def revocation_dropped_after_the_certificate_ended(w: World) -> Setup:
    """RFC 5280 3.3: an entry may go once the certificate has ended; an old list still tells."""
    leaf = w.leaf(serial=SERIAL, until=AT + DAY)
    then = w.crl(w.ca, entry(SERIAL, AT - DAY, "keyCompromise"))
    now = w.crl(w.ca, since=AT + 50 * DAY, until=AT + 57 * DAY)
    return w.setup(leaf, crls=[w.crl(w.root), then, now])


@case(REVOKED)
def listed_twice_earliest_counts(w: World) -> Setup:
    twice = [entry(SERIAL, AT + DAY), entry(SERIAL, AT - DAY)]
    return listed(w, w.crl(w.ca, *twice, since=AT + 2 * DAY))


@case(seconds=3)
def fifty_thousand_entries(w: World) -> Setup:
    many = [entry(serial, AT - DAY) for serial in range(100_000, 150_000)]
    return listed(w, w.crl(w.ca, *many))


@case(MISSING)
def list_with_a_broken_signature(w: World) -> Setup:
    good = bytearray(w.crl(w.ca))
    good[-1] ^= 1
    return listed(w, bytes(good))


@case(MISSING, judge="OK", why="openssl ignores what follows a list")
def list_followed_by_bytes(w: World) -> Setup:
    return listed(w, w.crl(w.ca) + b"\x00")


@case(MISSING)
def list_that_is_a_certificate(w: World) -> Setup:
    return listed(w, w.ca.certificate)


@case(MISSING, suites=("p256",), judge="OK", why="openssl asks no level of lists")
def list_with_a_weak_digest(w: World) -> Setup:
    return listed(w, w.crl(w.ca, algorithm="ecdsa-sha1"))


@case(MISSING)
def list_of_an_end_entity(w: World) -> Setup:
    """A body that may sign documents signs a list in its issuer's name."""
    body = w.leaf(key=w.key("body"), usage=(*SIGN, *ISSUE))
    return listed(w, w.crl(w.ca, key=body.key))
