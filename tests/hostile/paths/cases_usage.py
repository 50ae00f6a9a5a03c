"""Use: key usage and extended key usage, of the certificate and of its issuers."""

from signing.trust import oids
from tests.hostile.paths import builder as make
from tests.hostile.paths.world import Setup, World, case

WRONG = "trust.wrong-usage"


def asked(w: World, usage: str, *bits: str, purposes: tuple[str, ...] = (),
          critical: bool = False) -> Setup:  # fmt: skip
    """A leaf of those bits and purposes, asked for a use."""
    more = [make.purposes(*purposes, critical=critical)] if purposes else []
    return w.setup(w.leaf(usage=bits, more=more), usage=usage)  # type: ignore[arg-type]  # a Usage


@case()
def digital_signature_alone_signs(w: World) -> Setup:
    return asked(w, "sign", "digitalSignature")


@case()
def non_repudiation_alone_signs(w: World) -> Setup:
    return asked(w, "sign", "nonRepudiation")


@case(WRONG)
def encryption_certificate_that_signs(w: World) -> Setup:
    return asked(w, "sign", "keyEncipherment", "dataEncipherment")


@case(WRONG)
def key_agreement_certificate_that_signs(w: World) -> Setup:
    return asked(w, "sign", "keyAgreement")


@case(WRONG, judge="OK", why="without keyUsage nothing says that it is for signing")
def no_key_usage_at_all(w: World) -> Setup:
    return asked(w, "sign")


@case(judge="refused", why="openssl asks for keyEncipherment, which curves do not do")
def key_agreement_certificate_encrypts(w: World) -> Setup:
    return asked(w, "encrypt", "keyAgreement")


@case(WRONG)
def signing_certificate_encrypts(w: World) -> Setup:
    return asked(w, "encrypt", "digitalSignature")


@case(WRONG, judge="OK", why="one key for both uses is refused: two certificates are the rule")
def key_for_signing_and_encrypting_encrypts(w: World) -> Setup:
    return asked(w, "encrypt", "digitalSignature", "keyEncipherment")


@case()
def purpose_of_mail_signs(w: World) -> Setup:
    return asked(w, "sign", "digitalSignature", purposes=(make.EMAIL,))


@case(judge="refused", why="openssl 3.0 has no purpose of document signing, RFC 9336")
def purpose_of_documents_signs(w: World) -> Setup:
    return asked(w, "sign", "digitalSignature", purposes=("1.3.6.1.5.5.7.3.36",))


@case()
def purpose_of_documents_among_others_signs(w: World) -> Setup:
    return asked(w, "sign", "digitalSignature", purposes=(make.SERVER, make.EMAIL))


@case(WRONG)
def purpose_of_servers_that_signs(w: World) -> Setup:
    return asked(w, "sign", "digitalSignature", purposes=(make.SERVER,))


@case(WRONG)
def purpose_of_programs_that_signs(w: World) -> Setup:
    return asked(w, "sign", "digitalSignature", purposes=(make.CODE,), critical=True)


@case(WRONG)
def purpose_that_contradicts_the_key_usage(w: World) -> Setup:
    return asked(w, "sign", "keyEncipherment", purposes=(make.EMAIL,))


@case(WRONG)
def time_stamper_that_signs(w: World) -> Setup:
    return asked(w, "sign", "digitalSignature", purposes=(make.TIMESTAMPING,), critical=True)


@case()
def time_stamper_stamps(w: World) -> Setup:
    return asked(w, "timestamp", "digitalSignature", purposes=(make.TIMESTAMPING,), critical=True)


@case(WRONG)
def time_stamper_whose_purpose_is_not_critical(w: World) -> Setup:
    return asked(w, "timestamp", "digitalSignature", purposes=(make.TIMESTAMPING,))


@case(WRONG)
def time_stamper_of_two_purposes(w: World) -> Setup:
    both = (make.TIMESTAMPING, make.EMAIL)
    return asked(w, "timestamp", "digitalSignature", purposes=both, critical=True)


@case(WRONG)
def time_stamper_that_may_not_sign(w: World) -> Setup:
    return asked(w, "timestamp", "keyEncipherment", purposes=(make.TIMESTAMPING,), critical=True)


@case(WRONG)
def signing_certificate_that_stamps(w: World) -> Setup:
    return asked(w, "timestamp", "digitalSignature")


@case(WRONG, judge="OK", why="openssl knows no directory purpose")
def signing_certificate_that_signs_a_directory(w: World) -> Setup:
    return asked(w, "directory", "digitalSignature")


@case()
def directory_certificate_signs_a_directory(w: World) -> Setup:
    return asked(w, "directory", "digitalSignature", purposes=(oids.DIRECTORY_SIGNING,))


@case(WRONG, judge="OK", why="openssl knows no owners")
def certificate_of_a_body_as_a_node(w: World) -> Setup:
    owner = make.alternative(make.uri("urn:yidao:body:340000.bgt"))
    return w.setup(w.leaf(more=[owner]), usage="node")


@case()
def certificate_of_a_node_as_a_node(w: World) -> Setup:
    owner = make.alternative(make.uri("urn:yidao:node:340000"))
    return w.setup(w.leaf(more=[owner]), usage="node")


@case()
def issuer_limited_to_the_purpose_asked_for(w: World) -> Setup:
    ca = w.authority("CA", w.root, more=[make.purposes(make.EMAIL)])
    return w.setup(w.leaf(ca), ca)


@case()
def issuer_of_any_purpose(w: World) -> Setup:
    ca = w.authority("CA", w.root, more=[make.purposes(make.EMAIL, make.ANY_PURPOSE)])
    return w.setup(w.leaf(ca), ca)


@case(WRONG)
def issuer_limited_to_another_purpose(w: World) -> Setup:
    ca = w.authority("CA", w.root, more=[make.purposes(make.SERVER)])
    return w.setup(w.leaf(ca), ca)


@case(WRONG)
def issuer_limited_to_time_stamps_issues_a_signer(w: World) -> Setup:
    ca = w.authority("CA", w.root, more=[make.purposes(make.TIMESTAMPING, critical=True)])
    return w.setup(w.leaf(ca), ca)


@case()
def issuer_limited_to_time_stamps_issues_a_time_stamper(w: World) -> Setup:
    ca = w.authority("CA", w.root, more=[make.purposes(make.TIMESTAMPING, critical=True)])
    stamper = make.purposes(make.TIMESTAMPING, critical=True)
    return w.setup(w.leaf(ca, more=[stamper]), ca, usage="timestamp")
