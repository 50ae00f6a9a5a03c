"""What the certification permits raised, withdrawn or moved (MDP, ISO 32000-1 12.8.2.2)."""

from pyhanko.sign.fields import MDPPerm

from tests.hostile.attacks.registry import variant
from tests.hostile.attacks.sealed import CITY, PROVINCE, Sealed, rich_pdf
from tests.hostile.attacks.update import OPEN, SEAL, Update, dictionary, node
from tests.support.attacks import sign_field, stranger

BOX = (300, 300, 420, 420)


@variant("modified")
def certification_withdrawn(sealed: Sealed) -> bytes:
    """Turn the certification into an ordinary signature, which permits more."""
    update = Update.of(sealed.pdf)
    del update.root["/Perms"]
    return update.done()


@variant("modified")
def certification_emptied(sealed: Sealed) -> bytes:
    """The same, the dictionary of permissions left without an entry."""
    update = Update.of(sealed.pdf)
    update.root["/Perms"] = dictionary()
    return update.done()


@variant("modified", "certification", kinds=("joint",))
def certification_moved_to_a_joint_issuer(sealed: Sealed) -> bytes:
    """Make a joint issuer the certifying one, so that all before it may have been changed."""
    update = Update.of(sealed.pdf)
    joint = update.field_reference(OPEN).get_object().raw_get("/V")
    update.root["/Perms"] = dictionary(DocMDP=joint)
    return update.done()


@variant("modified", "certification", kinds=("extended",))
def certification_moved_to_a_time_stamp(sealed: Sealed) -> bytes:
    """Make the archive's time-stamp the certifying signature."""
    update = Update.of(sealed.pdf)
    stamp = update.field_reference("Archive1").get_object().raw_get("/V")
    update.root["/Perms"] = dictionary(DocMDP=stamp)
    return update.done()


@variant("modified")
def usage_rights_added(sealed: Sealed) -> bytes:
    """Unlock annotations and forms in viewers that know usage rights (/UR3)."""
    update = Update.of(sealed.pdf)
    held = update.writer.root["/Perms"]
    rights = update.add(dictionary(Type="/Sig", Contents=b"0"))
    update.root["/Perms"] = dictionary(DocMDP=held.raw_get("/DocMDP"), UR3=rights)
    return update.done()


@variant("modified", "coverage", "permission")
def permission_raised(sealed: Sealed) -> bytes:
    """Write P=3 into the certification, so that annotations are permitted."""
    update = Update.of(sealed.pdf)
    signature = update.signature()
    signature["/Reference"][0]["/TransformParams"]["/P"] = node(3)
    update.writer.update_container(signature)
    return update.done()


@variant("modified", "coverage", "permission")
def permission_raised_and_annotated(sealed: Sealed) -> bytes:
    """The same, and the annotation at once."""
    update = Update.of(permission_raised(sealed))
    annotation = dictionary(Type="/Annot", Subtype="/FreeText", Rect=[80, 690, 300, 720])
    update.annotate(update.add(annotation))
    return update.done()


@variant("modified")
def lock_removed(sealed: Sealed) -> bytes:
    """Take the lock off the seal's field, so that other fields may be filled in."""
    update = Update.of(sealed.pdf)
    del update.field()["/Lock"]
    return update.done()


@variant("modified")
def lock_loosened(sealed: Sealed) -> bytes:
    """Let the lock name no field."""
    update = Update.of(sealed.pdf)
    update.field()["/Lock"] = dictionary(Type="/SigFieldLock", Action="/Include", Fields=[])
    return update.done()


@variant("modified", "coverage")
def field_transform_removed(sealed: Sealed) -> bytes:
    """Take FieldMDP out of the signature, the certification left in."""
    update = Update.of(sealed.pdf)
    signature = update.signature()
    kept = [r for r in signature["/Reference"] if r["/TransformMethod"] == "/DocMDP"]
    signature["/Reference"] = node(kept)
    update.writer.update_container(signature)
    return update.done()


@variant("certification", "modified", "stranger")
def certified_again_by_a_trusted_body(sealed: Sealed) -> bytes:
    """Certify anew with a key that is trusted, and permit annotations."""
    return sign_field(sealed.pdf, "Again", sealed.signer(CITY), box=BOX, certify=MDPPerm.ANNOTATE)


@variant("certification", "modified", "path", "stranger")
def certified_again_by_a_stranger(sealed: Sealed) -> bytes:
    """Certify anew with a key of the attacker's own."""
    return sign_field(sealed.pdf, "Again", stranger(), certify=MDPPerm.FILL_FORMS)


@variant("certification", "modified", "body", kinds=("open",))
def certified_again_in_a_field_left_open(sealed: Sealed) -> bytes:
    """Certify anew, unseen by the diff, in a field that the issuer left for a joint issuer."""
    return sign_field(
        sealed.pdf, OPEN, sealed.signer(CITY), existing=True, certify=MDPPerm.ANNOTATE
    )


@variant("permission", kinds=("single",))
def certified_for_annotations(sealed: Sealed) -> bytes:
    """Have a body certify with P=3, from a program that the attacker set up for it."""
    return sign_field(rich_pdf(), SEAL, sealed.signer(PROVINCE), box=BOX, certify=MDPPerm.ANNOTATE)


@variant("no-certification", kinds=("single",))
def signed_without_certifying(sealed: Sealed) -> bytes:
    """Have a body sign without certifying, so that the diff permits new fields of anybody's."""
    return sign_field(rich_pdf(), SEAL, sealed.signer(PROVINCE), box=BOX)


@variant("certification", "modified", kinds=("single",))
def certified_after_another_signature(sealed: Sealed) -> bytes:
    """Certify a document that somebody else signed before, with words added in between."""
    signed = sign_field(rich_pdf(), "First", stranger(), box=(10, 10, 80, 80))
    return sign_field(signed, SEAL, sealed.signer(PROVINCE), box=BOX, certify=MDPPerm.FILL_FORMS)
