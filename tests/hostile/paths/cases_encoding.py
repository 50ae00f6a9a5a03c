"""Encoding: BER, trailing bytes, serial numbers, and bytes that are no certificate."""

from signing import der
from tests.hostile.paths import builder as make
from tests.hostile.paths.builder import Party
from tests.hostile.paths.world import Setup, World, case

BAD = "trust.certificate-bad"
LENIENT = "openssl reads BER"


def raw(w: World, certificate: bytes) -> Setup:
    """Those bytes in the place of the certificate."""
    return w.setup(Party(b"", w.key("leaf"), certificate))


@case(BAD, judge="OK", why="openssl ignores what follows a certificate")
def bytes_after_the_certificate(w: World) -> Setup:
    return raw(w, w.leaf().certificate + b"\x00")


@case(BAD)
def bytes_after_the_signed_part(w: World) -> Setup:
    return w.setup(w.leaf(tail=der.encode(der.NULL)))


@case(BAD, judge="OK", why=LENIENT)
def indefinite_length(w: World) -> Setup:
    body = der.read(w.leaf().certificate).body
    return raw(w, b"\x30\x80" + body + b"\x00\x00")


@case(BAD, judge="OK", why=LENIENT)
def padded_length(w: World) -> Setup:
    body = der.read(w.leaf().certificate).body
    return raw(w, b"\x30\x83" + len(body).to_bytes(3, "big") + body)


@case(BAD)
def cut_short(w: World) -> Setup:
    return raw(w, w.leaf().certificate[:-1])


@case(BAD)
def no_bytes(w: World) -> Setup:
    return raw(w, b"")


@case(BAD)
def text_form(w: World) -> Setup:
    return raw(w, b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n")


@case(BAD)
def nested_too_deep(w: World) -> Setup:
    deep = b""
    for _ in range(5000):
        deep = der.encode(der.SEQUENCE, deep)
    return raw(w, deep)


@case(BAD, judge="OK", why=LENIENT)
def truth_that_is_not_all_ones(w: World) -> Setup:
    odd = der.sequence(
        der.oid("2.5.29.19"), der.encode(der.BOOLEAN, b"\x01"), der.octets(b"\x30\x00")
    )
    return w.setup(w.leaf(extensions=[odd, make.key_usage("digitalSignature")]))


@case(BAD, judge="OK", why=LENIENT)
def default_written_out(w: World) -> Setup:
    """What is DEFAULT FALSE, DER leaves out."""
    odd = der.sequence(
        der.oid("2.5.29.19"), der.encode(der.BOOLEAN, b"\x00"), der.octets(b"\x30\x00")
    )
    return w.setup(w.leaf(extensions=[odd, make.key_usage("digitalSignature")]))


@case(BAD)
def unused_bits_of_the_signature(w: World) -> Setup:
    for _ in range(64):
        whole = der.read(w.leaf().certificate).children()
        value = whole[2].body[1:]
        if value[-1] & 1 == 0:
            break
    return raw(
        w, der.sequence(whole[0].raw, whole[1].raw, der.encode(der.BIT_STRING, b"\x01", value))
    )


@case(BAD, judge="OK", why="RFC 5280 4.1.2.2: a serial number is positive")
def serial_of_zero(w: World) -> Setup:
    return w.setup(w.leaf(serial=0))


@case(BAD, judge="OK", why="RFC 5280 4.1.2.2: a serial number is positive")
def negative_serial(w: World) -> Setup:
    return w.setup(w.leaf(serial=der.encode(der.INTEGER, b"\x80\x01")))


@case(BAD, judge="OK", why="RFC 5280 4.1.2.2: at most twenty octets")
def serial_of_twenty_one_octets(w: World) -> Setup:
    return w.setup(w.leaf(serial=1 << 163))


@case()
def serial_of_twenty_octets(w: World) -> Setup:
    return w.setup(w.leaf(serial=(1 << 159) - 1))


@case(BAD)
def padded_serial(w: World) -> Setup:
    return w.setup(w.leaf(serial=der.encode(der.INTEGER, b"\x00\x01")))


@case(BAD, judge="OK", why="the same rule for issuers")
def issuer_whose_serial_is_zero(w: World) -> Setup:
    ca = w.authority("CA", w.root, serial=0)
    return w.setup(w.leaf(ca), ca)


@case()
def garbage_that_came_along(w: World) -> Setup:
    return w.setup(w.leaf(), extra=[Party(b"", w.key("leaf"), b"garbage")])


@case()
def printable_and_utf8_names_are_the_same_name(w: World) -> Setup:
    """RFC 5280 7.1: compared as text, not as bytes; lists of the issuer still count."""
    issuer = make.name(("C", "CN"), ("O", "Issuer"), ("CN", "Big  CA"))
    other = make.name(("C", "CN"), ("O", "issuer"), ("CN", "big ca"), tag=make.PRINTABLE)
    ca = w.authority("CA", w.root, subject=issuer)
    return w.setup(w.leaf(ca, named=other), ca)
