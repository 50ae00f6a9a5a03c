"""Algorithms and keys: what is too weak, unknown, or does not fit, at each level."""

from cryptography.hazmat.primitives.asymmetric import rsa

from signing import der
from tests.hostile.paths import builder as make
from tests.hostile.paths.builder import ALGORITHMS, Party
from tests.hostile.paths.world import BOTH, INTL_ONLY, Setup, World, case

WEAK, BAD_PATH, BAD = "trust.weak", "trust.bad-path", "trust.certificate-bad"


def rsa_chain(w: World, algorithm: str, *, at: str) -> Setup:
    """RSA keys of 2048 bits; the signature of one level by another algorithm."""
    key = w.key("rsa CA", "rsa2048")
    how = {at: algorithm}
    root = w.authority("RSA Root", None, key=w.key("rsa root", "rsa2048"),
                       algorithm=how.get("root"))  # fmt: skip
    ca = w.authority("RSA CA", root, key=key, algorithm=how.get("ca"))
    return w.setup(w.leaf(ca, algorithm=how.get("leaf")), ca, anchors=[root])


@case(suites=INTL_ONLY)
def rsa_of_2048_bits_throughout(w: World) -> Setup:
    return rsa_chain(w, "rsa-sha256", at="leaf")


@case(WEAK, suites=INTL_ONLY)
def sha1_on_the_leaf(w: World) -> Setup:
    return rsa_chain(w, "rsa-sha1", at="leaf")


@case(WEAK, suites=INTL_ONLY)
def sha1_on_the_issuer(w: World) -> Setup:
    return rsa_chain(w, "rsa-sha1", at="ca")


@case(suites=INTL_ONLY)
def sha1_on_the_anchor_proves_nothing_and_harms_nothing(w: World) -> Setup:
    """Nobody relies on an anchor's signature of itself."""
    return rsa_chain(w, "rsa-sha1", at="root")


@case(WEAK, suites=INTL_ONLY)
def md5_on_the_leaf(w: World) -> Setup:
    return rsa_chain(w, "rsa-md5", at="leaf")


@case(WEAK, suites=INTL_ONLY)
def md5_on_the_issuer(w: World) -> Setup:
    return rsa_chain(w, "rsa-md5", at="ca")


@case(WEAK, suites=INTL_ONLY)
def sha1_with_an_elliptic_curve(w: World) -> Setup:
    return w.setup(w.leaf(algorithm="ecdsa-sha1"))


@case(WEAK, suites=BOTH)
def rsa_of_1024_bits_at_the_end(w: World) -> Setup:
    return w.setup(w.leaf(key=w.key("small", "rsa1024")))


@case(WEAK, suites=INTL_ONLY)
def rsa_of_1024_bits_that_issues(w: World) -> Setup:
    ca = w.authority("CA", w.root, key=w.key("small", "rsa1024"))
    return w.setup(w.leaf(ca), ca)


@case(WEAK, suites=INTL_ONLY)
def rsa_of_1024_bits_as_anchor(w: World) -> Setup:
    root = w.authority("Small Root", None, key=w.key("small", "rsa1024"))
    ca = w.authority("CA", root)
    return w.setup(w.leaf(ca), ca, anchors=[root])


@case(suites=INTL_ONLY)
def rsa_of_3072_bits_at_the_end(w: World) -> Setup:
    return w.setup(w.leaf(key=w.key("large", "rsa3072")))


@case(suites=INTL_ONLY)
def rsa_with_exponent_3(w: World) -> Setup:
    """Weak with bad padding checks only; the library's are good."""
    return w.setup(w.leaf(key=w.key("three", "rsa2048e3")))


@case(WEAK, suites=INTL_ONLY, judge="OK", why="openssl judges no key that signs nothing here")
def rsa_with_exponent_1(w: World) -> Setup:
    """Every signature of such a key can be computed by anybody."""
    return w.setup(w.leaf(spki=odd_rsa(w, 1)))


@case(WEAK, suites=INTL_ONLY, judge="OK", why="openssl judges no key that signs nothing here")
def rsa_with_an_even_exponent(w: World) -> Setup:
    return w.setup(w.leaf(spki=odd_rsa(w, 65536)))


def odd_rsa(w: World, exponent: int) -> bytes:
    """SubjectPublicKeyInfo of a good modulus with any exponent."""
    key = w.key("rsa CA", "rsa2048")
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError
    modulus = key.public_key().public_numbers().n
    numbers = der.sequence(der.integer(modulus), der.integer(exponent))
    kind = der.sequence(der.oid("1.2.840.113549.1.1.1"), make.NULL)
    return der.sequence(kind, der.encode(der.BIT_STRING, b"\x00", numbers))


@case(WEAK, judge="OK", why="P-384 is not of the suite")
def curve_p384(w: World) -> Setup:
    return w.setup(w.leaf(key=w.key("p384", "p384")))


@case(WEAK, judge="OK", why="the curve is not of the suite")
def curve_secp256k1(w: World) -> Setup:
    return w.setup(w.leaf(key=w.key("k256", "k256")))


@case(WEAK, judge="OK", why="Ed25519 is not of the suite")
def ed25519_at_the_end(w: World) -> Setup:
    return w.setup(w.leaf(key=w.key("ed", "ed25519")))


@case(WEAK, suites=INTL_ONLY, judge="OK", why="Ed25519 is not of the suite")
def ed25519_that_issues(w: World) -> Setup:
    ca = w.authority("CA", w.root, key=w.key("ed", "ed25519"))
    return w.setup(w.leaf(ca), ca)


@case(WEAK, suites=INTL_ONLY, judge="OK", why="DSA is not of the suite")
def dsa_at_the_end(w: World) -> Setup:
    return w.setup(w.leaf(key=w.key("dsa", "dsa")))


@case(WEAK, suites=INTL_ONLY, judge="OK", why="P-384 is not of the suite")
def curve_p384_that_issues(w: World) -> Setup:
    ca = w.authority("CA", w.root, key=w.key("p384", "p384"))
    return w.setup(w.leaf(ca, algorithm="ecdsa-sha384"), ca)


@case(suites=INTL_ONLY)
def rsa_pss_signature_of_the_issuer(w: World) -> Setup:
    return rsa_chain(w, "rsa-pss", at="leaf")


@case(suites=INTL_ONLY)
def sha384_signature_of_the_issuer(w: World) -> Setup:
    return w.setup(w.leaf(algorithm="ecdsa-sha384"))


@case(BAD)
def algorithm_inside_and_outside_differ(w: World) -> Setup:
    return w.setup(w.leaf(outer=ALGORITHMS["rsa-sha256"]))


@case(BAD_PATH, suites=INTL_ONLY)
def algorithm_that_does_not_fit_the_issuers_key(w: World) -> Setup:
    odd = ALGORITHMS["rsa-sha256"]
    return w.setup(w.leaf(inner=odd, outer=odd))


@case(BAD_PATH)
def algorithm_nobody_knows(w: World) -> Setup:
    odd = der.sequence(der.oid("1.2.3.4.5"))
    return w.setup(w.leaf(inner=odd, outer=odd))


@case(WEAK)
def point_that_is_not_on_the_curve(w: World) -> Setup:
    spki = bytearray(make.spki_of(w.key("leaf")))
    spki[-1] ^= 1
    return w.setup(w.leaf(spki=bytes(spki)))


@case(WEAK, judge="OK", why="openssl judges no key that signs nothing here")
def point_at_infinity(w: World) -> Setup:
    whole = der.read(make.spki_of(w.key("leaf"))).children()
    spki = der.sequence(whole[0].raw, der.encode(der.BIT_STRING, b"\x00\x00"))
    return w.setup(w.leaf(spki=spki))


@case(BAD_PATH)
def empty_signature(w: World) -> Setup:
    whole = der.read(w.leaf().certificate).children()
    parts = (whole[0].raw, whole[1].raw, der.encode(der.BIT_STRING, b"\x00"))
    return w.setup(Party(b"", w.key("leaf"), der.sequence(*parts)))


@case(BAD_PATH)
def signature_of_two_zeros(w: World) -> Setup:
    """CVE-2022-21449: r = s = 0."""
    whole = der.read(w.leaf().certificate).children()
    zeros = der.sequence(der.integer(0), der.integer(0))
    parts = (whole[0].raw, whole[1].raw, der.encode(der.BIT_STRING, b"\x00", zeros))
    return w.setup(Party(b"", w.key("leaf"), der.sequence(*parts)))
