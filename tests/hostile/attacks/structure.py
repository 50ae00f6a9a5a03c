"""Bytes around the file, and tricks with objects, cross-references and trailers."""

import re
import zlib

from tests.hostile.attacks.raw import End, body_of, edges_of, increment, next_number
from tests.hostile.attacks.registry import variant
from tests.hostile.attacks.sealed import Sealed, rich_pdf
from tests.hostile.attacks.update import Update, node

OTHER = b"<</Length 41>>\nstream\nBT /F1 20 Tf 80 600 Td (other text) Tj ET\nendstream"
_BROKEN = ("modified", "unreadable", "extra-bytes", "coverage", "digest")


def _content(pdf: bytes) -> int:
    """The number of the last page's content stream."""
    update = Update.of(pdf)
    return int(update.page_reference().get_object().raw_get("/Contents").idnum)


def _page(pdf: bytes) -> int:
    return int(Update.of(pdf).page_reference().idnum)


# --- bytes around the file ------------------------------------------------------------------------


@variant("extra-bytes")
def text_appended(sealed: Sealed) -> bytes:
    """Leave words behind the end that a repairing reader may find."""
    return sealed.pdf + b"BT (other text) Tj ET\n"


@variant("extra-bytes")
def comment_appended(sealed: Sealed) -> bytes:
    """Leave a comment behind the end."""
    return sealed.pdf + b"% nothing to see\n"


@variant("extra-bytes", "unreadable")
def end_marks_appended(sealed: Sealed) -> bytes:
    """Leave words between two marks of the end, of which readers find one or the other."""
    start = End.of(sealed.pdf).start
    return sealed.pdf + b"\nother words\nstartxref\n%d\n%%%%EOF\n" % start


@variant("extra-bytes")
def object_appended_without_reference(sealed: Sealed) -> bytes:
    """Leave an object behind the end that a repairing reader takes for the newest."""
    number = _content(sealed.pdf)
    start = End.of(sealed.pdf).start
    return sealed.pdf + b"%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (number, OTHER, start)


@variant("extra-bytes", "unreadable", "unsigned", "removed")
def another_document_appended(sealed: Sealed) -> bytes:
    """Put a whole other document behind the sealed one."""
    return sealed.pdf + rich_pdf()


@variant("extra-bytes", "unreadable")
def another_document_prepended(sealed: Sealed) -> bytes:
    """Put a whole other document before the sealed one."""
    return rich_pdf() + sealed.pdf


@variant("extra-bytes")
def blank_prepended(sealed: Sealed) -> bytes:
    """Shift every offset by a byte, which some readers forgive."""
    return b"\n" + sealed.pdf


@variant("extra-bytes", "unreadable")
def page_of_the_web_prepended(sealed: Sealed) -> bytes:
    """Make one file two things: a page of the web for one program, a PDF for another."""
    return b"<html><body>other text</body></html><!--\n" + sealed.pdf


@variant("digest")
def header_changed(sealed: Sealed) -> bytes:
    """Declare an older version in the head of the file."""
    return b"%PDF-1.4" + sealed.pdf[8:]


@variant("unreadable", "extra-bytes", "coverage", "digest", "timestamp")
def end_cut_off(sealed: Sealed) -> bytes:
    """Take the end away."""
    return sealed.pdf[:-200]


@variant("unsigned", "removed")
def cut_to_before_the_seal(sealed: Sealed) -> bytes:
    """Take the seal away altogether."""
    return sealed.pdf[: sealed.pdf.index(b"%%EOF") + 6]


@variant("unsigned", "removed", "unreadable")
def seal_left_as_dead_bytes(sealed: Sealed) -> bytes:
    """Take the seal out of use by a revision that follows the first, the seal's bytes left."""
    pdf = sealed.pdf
    first = End.of(pdf[: pdf.index(b"%%EOF") + 6])
    return increment(pdf, {}, previous=first.start, root=first.root)


@variant("digest")
def byte_flipped_on_a_page(sealed: Sealed) -> bytes:
    """Change a figure in the bytes themselves."""
    place = sealed.pdf.index(b"stream") + 20
    return sealed.pdf[:place] + bytes((sealed.pdf[place] ^ 1,)) + sealed.pdf[place + 1 :]


@variant("digest", "unreadable")
def byte_changed_behind_the_value(sealed: Sealed) -> bytes:
    """Change the second signed part, where the cross-reference stands."""
    _, _, after, length = edges_of(sealed.pdf)
    place = sealed.pdf.rindex(b"%%EOF", after, after + length)
    return sealed.pdf[:place] + b"%%eof" + sealed.pdf[place + 5 :]


# --- objects --------------------------------------------------------------------------------------


@variant("modified")
def object_redefined(sealed: Sealed) -> bytes:
    """Show other words by a new object under the old number, written by hand."""
    return increment(sealed.pdf, {(_content(sealed.pdf), 0): OTHER})


@variant(*_BROKEN)
def object_redefined_with_a_generation(sealed: Sealed) -> bytes:
    """The same under the next generation, which some readers take for the newest."""
    return increment(sealed.pdf, {(_content(sealed.pdf), 1): OTHER})


@variant(*_BROKEN)
def object_redefined_twice(sealed: Sealed) -> bytes:
    """Give a number two entries in one cross-reference, of which readers take one or the other."""
    pdf = increment(sealed.pdf, {(_content(sealed.pdf), 0): OTHER})
    start = End.of(pdf).start
    entry = re.compile(rb"xref\n(\d+ 1\n\d{10} \d{5} n \n)").match(pdf, start)
    if entry is None:
        raise ValueError("no entry")
    return pdf[: entry.end(1)] + entry[1] + pdf[entry.end(1) :]


@variant(*_BROKEN)
def object_freed(sealed: Sealed) -> bytes:
    """Take the page's words away by freeing their object."""
    return increment(sealed.pdf, {(_content(sealed.pdf), 1): None})


@variant(*_BROKEN)
def object_freed_in_its_own_generation(sealed: Sealed) -> bytes:
    """The same by an entry that looks as if the object had never been."""
    return increment(sealed.pdf, {(_content(sealed.pdf), 0): None})


@variant(*_BROKEN)
def object_freed_and_revived(sealed: Sealed) -> bytes:
    """Free the object in one revision and give its number to other words in the next."""
    number = _content(sealed.pdf)
    freed = increment(sealed.pdf, {(number, 1): None})
    return increment(freed, {(number, 1): OTHER})


@variant(*_BROKEN)
def object_zero_defined(sealed: Sealed) -> bytes:
    """Use the head of the free list as an object."""
    return increment(sealed.pdf, {(0, 0): OTHER})


@variant(*_BROKEN)
def object_left_loose(sealed: Sealed) -> bytes:
    """Bring in an object that nothing refers to yet."""
    return increment(sealed.pdf, {(next_number(sealed.pdf), 0): OTHER})


@variant(*_BROKEN)
def object_pointed_into_the_signed_bytes(sealed: Sealed) -> bytes:
    """Point a page's number at another page's bytes, without adding any object."""
    pdf = sealed.pdf
    first = Update.of(pdf).page_reference(0).idnum
    place = pdf.index(b"\n%d 0 obj" % first) + 1
    return _table(pdf, b"%d 1\n%010d 00000 n \n" % (_page(pdf), place))


@variant(*_BROKEN)
def object_in_an_object_stream(sealed: Sealed) -> bytes:
    """Redefine the page inside an object stream, announced by a cross-reference stream."""
    pdf = sealed.pdf
    number, page = next_number(pdf), _page(pdf)
    body = body_of(pdf, page).replace(b"/MediaBox", b"/Rotate 180 /MediaBox", 1)
    head = b"%d 0 " % page
    packed = zlib.compress(head + body)
    stream = (
        b"<</Type/ObjStm/N 1/First %d/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream"
        % (
            len(head),
            len(packed),
            packed,
        )
    )
    out = pdf + b"\n"
    place = len(out)
    out += b"%d 0 obj\n%s\nendobj\n" % (number, stream)
    entries = {page: (2, number, 0), number: (1, place, 0)}
    return _with_stream(pdf, out, number + 1, entries)


# --- cross-references and trailers ----------------------------------------------------------------


def _table(pdf: bytes, entries: bytes, extra: bytes = b"", size: int = 0) -> bytes:
    """One more revision with those entries alone."""
    end = End.of(pdf)
    out = pdf + b"\n"
    trailer = b"trailer\n<</Size %d/Root %s/Info %s/Prev %d%s>>\n" % (
        size or end.size,
        end.root,
        end.info,
        end.start,
        extra,
    )
    return out + b"xref\n" + entries + trailer + b"startxref\n%d\n%%%%EOF\n" % len(out)


def _with_stream(
    pdf: bytes,
    out: bytes,
    number: int,
    entries: dict[int, tuple[int, int, int]],
    previous: int | None = None,
) -> bytes:
    """``out`` closed by a cross-reference stream of that number."""
    end = End.of(pdf)
    start = len(out)
    stream = _stream(end, {**entries, number: (1, start, 0)}, number, previous)
    return out + b"%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (number, stream, start)


def _stream(
    end: End, entries: dict[int, tuple[int, int, int]], number: int, previous: int | None = None
) -> bytes:
    ordered = sorted(entries)
    index = b" ".join(b"%d 1" % entry for entry in ordered)
    held = b"".join(
        bytes((entries[entry][0],))
        + entries[entry][1].to_bytes(4, "big")
        + entries[entry][2].to_bytes(2, "big")
        for entry in ordered
    )
    return (
        b"<</Type/XRef/W[1 4 2]/Index[%s]/Size %d/Root %s/Info %s/Prev %d/Length %d>>\n"
        b"stream\n%s\nendstream"
    ) % (
        index,
        max(end.size, number + 1),
        end.root,
        end.info,
        end.start if previous is None else previous,
        len(held),
        held,
    )


@variant("extra-bytes", "modified")
def revision_of_nothing(sealed: Sealed) -> bytes:
    """Add a revision without an object, behind which the next may follow."""
    return increment(sealed.pdf, {})


@variant("modified", "extra-bytes")
def revision_that_repeats(sealed: Sealed) -> bytes:
    """Write the seal's field anew as it was, to see whether it is noticed."""
    update = Update.of(sealed.pdf)
    update.field()
    return update.done()


@variant("extra-bytes", "modified")
def revision_that_rewrites_the_catalog(sealed: Sealed) -> bytes:
    """Write the catalog anew as it was."""
    update = Update.of(sealed.pdf)
    update.writer.update_root()
    return update.done()


@variant("extra-bytes", "modified")
def revision_that_rewrites_the_form(sealed: Sealed) -> bytes:
    """Write the form anew as it was."""
    update = Update.of(sealed.pdf)
    update.form()
    return update.done()


@variant("extra-bytes", "modified")
def revision_that_names_another_producer(sealed: Sealed) -> bytes:
    """Touch nothing but the name of the program that wrote last."""
    update = Update.of(sealed.pdf)
    info = update.writer.trailer["/Info"]
    info["/Producer"] = node("other")
    update.writer.update_container(info)
    return update.done()


@variant("extra-bytes", "modified")
def bytes_between_revisions(sealed: Sealed) -> bytes:
    """Hide words between the sealed bytes and an update that is permitted."""
    end = End.of(sealed.pdf)
    root = int(end.root.split()[0])
    number = next_number(sealed.pdf)
    certificate = sealed.hands.world.pilot.certificates()[0]
    body = body_of(sealed.pdf, root).rstrip()
    store = b"/DSS<</Certs[%d 0 R]>>" % number
    held = re.sub(rb"/DSS \d+ 0 R", b"", body)
    objects = {
        (root, 0): held[:-2] + store + b">>",
        (number, 0): b"<</Length %d>>\nstream\n%s\nendstream" % (len(certificate), certificate),
    }
    return increment(sealed.pdf, objects, before=b"1 0 obj\n<</Tomorrow's page>>\nendobj\n")


@variant(*_BROKEN)
def hybrid_table(sealed: Sealed) -> bytes:
    """Show one page to readers of tables and another to readers of streams (/XRefStm)."""
    pdf = sealed.pdf
    number, content = next_number(pdf), _content(pdf)
    out = pdf + b"\n"
    place = len(out)
    out += b"%d 0 obj\n%s\nendobj\n" % (content, OTHER)
    start = len(out)
    stream = _stream(End.of(pdf), {content: (1, place, 0), number: (1, start, 0)}, number)
    out += b"%d 0 obj\n%s\nendobj\n" % (number, stream)
    end = End.of(pdf)
    table = len(out)
    out += b"xref\n0 0\ntrailer\n<</Size %d/Root %s/Info %s/Prev %d/XRefStm %d>>\n" % (
        number + 1,
        end.root,
        end.info,
        end.start,
        start,
    )
    return out + b"startxref\n%d\n%%%%EOF\n" % table


@variant(*_BROKEN)
def hybrid_table_of_nothing(sealed: Sealed) -> bytes:
    """The same with a stream that adds nothing, to try the way."""
    pdf = sealed.pdf
    number = next_number(pdf)
    out = pdf + b"\n"
    start = len(out)
    out += b"%d 0 obj\n%s\nendobj\n" % (
        number,
        _stream(End.of(pdf), {number: (1, start, 0)}, number),
    )
    end = End.of(pdf)
    table = len(out)
    out += b"xref\n0 0\ntrailer\n<</Size %d/Root %s/Info %s/Prev %d/XRefStm %d>>\n" % (
        number + 1,
        end.root,
        end.info,
        end.start,
        start,
    )
    return out + b"startxref\n%d\n%%%%EOF\n" % table


@variant(*_BROKEN)
def stream_over_the_table(sealed: Sealed) -> bytes:
    """Redefine the page's words in a cross-reference stream laid over the tables."""
    pdf = sealed.pdf
    content = _content(pdf)
    out = pdf + b"\n"
    place = len(out)
    out += b"%d 0 obj\n%s\nendobj\n" % (content, OTHER)
    return _with_stream(pdf, out, next_number(pdf), {content: (1, place, 0)})


@variant(*_BROKEN, "unsigned", "removed")
def previous_left_out(sealed: Sealed) -> bytes:
    """Cut the chain of revisions, so that the sealed ones are out of sight."""
    pdf = increment(sealed.pdf, {(_content(sealed.pdf), 0): OTHER})
    end = End.of(sealed.pdf)
    return pdf.replace(
        b"/Prev %d>>\nstartxref\n%d" % (end.start, End.of(pdf).start),
        b">>\nstartxref\n%d" % End.of(pdf).start,
    )


@variant(*_BROKEN)
def previous_in_a_loop(sealed: Sealed) -> bytes:
    """Send a reader round in circles."""
    return increment(sealed.pdf, {}, previous=len(sealed.pdf) + 1)


@variant(*_BROKEN)
def previous_beyond_the_end(sealed: Sealed) -> bytes:
    """Send a reader out of the file."""
    return increment(sealed.pdf, {}, previous=10**9)


@variant(*_BROKEN)
def previous_negative(sealed: Sealed) -> bytes:
    """Send a reader before the file."""
    return increment(sealed.pdf, {}, previous=-1)


@variant(*_BROKEN, "unsigned", "removed")
def previous_skipping_a_revision(sealed: Sealed) -> bytes:
    """Leave the sealed revision out of the chain."""
    pdf = sealed.pdf
    first = End.of(pdf[: pdf.index(b"%%EOF") + 6])
    return increment(pdf, {(_content(pdf), 0): OTHER}, previous=first.start)


@variant(*_BROKEN)
def size_lowered(sealed: Sealed) -> bytes:
    """Make the newest objects too many to count."""
    return _table(sealed.pdf, b"0 0\n", size=3)


@variant(*_BROKEN)
def size_raised_without_bound(sealed: Sealed) -> bytes:
    """Make a reader set aside room for more objects than there are."""
    return _table(sealed.pdf, b"0 0\n", size=2**31)


@variant(*_BROKEN)
def table_with_a_huge_section(sealed: Sealed) -> bytes:
    """Announce more entries than the file has bytes."""
    return _table(sealed.pdf, b"0 99999999\n0000000000 65535 f \n")


@variant(*_BROKEN)
def table_with_an_entry_beyond_the_end(sealed: Sealed) -> bytes:
    """Point an object out of the file."""
    number = _content(sealed.pdf)
    return _table(sealed.pdf, b"%d 1\n9999999999 00000 n \n" % number)


@variant(*_BROKEN, "unsigned")
def catalog_of_the_attacker(sealed: Sealed) -> bytes:
    """Begin the document at another catalog, with other pages and the form as it was."""
    pdf = sealed.pdf
    number = next_number(pdf)
    root = body_of(pdf, int(End.of(pdf).root.split()[0]))
    other = re.sub(rb"/Pages \d+ 0 R", b"/Pages %d 0 R" % (number + 1), root)
    objects = {
        (number, 0): other,
        (number + 1, 0): b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % (number + 2),
        (number + 2, 0): b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 595 842]/Contents %d 0 R>>"
        % (number + 1, number + 3),
        (number + 3, 0): OTHER,
    }
    return increment(pdf, objects, root=b"%d 0 R" % number)


@variant("encrypted", "unreadable")
def encryption_added(sealed: Sealed) -> bytes:
    """Lock the file with a dictionary of encryption after it was sealed."""
    number = next_number(sealed.pdf)
    held = b"<</Filter/Standard/V 4/R 4/Length 128/P -1/O<%s>/U<%s>>>" % (b"00" * 32, b"00" * 32)
    return increment(sealed.pdf, {(number, 0): held}, extra=b"/Encrypt %d 0 R" % number)


@variant("encrypted", "unreadable")
def encryption_added_in_the_trailer(sealed: Sealed) -> bytes:
    """The same with the dictionary in the trailer, and the handler of PDF 2.0."""
    held = b"/Encrypt<</Filter/Standard/V 5/R 6/Length 256/P -1/O<%s>/U<%s>/OE<%s>/UE<%s>>>" % (
        b"00" * 48,
        b"00" * 48,
        b"00" * 32,
        b"00" * 32,
    )
    return increment(sealed.pdf, {}, extra=held)


@variant("encrypted", "unreadable", "extra-bytes")
def encryption_of_nothing(sealed: Sealed) -> bytes:
    """Leave an empty dictionary of encryption in the trailer."""
    return increment(sealed.pdf, {}, extra=b"/Encrypt<<>>")


@variant("encrypted", "unreadable", "extra-bytes")
def authentication_code_added(sealed: Sealed) -> bytes:
    """Claim an integrity code of PDF 2.0 (/AuthCode) that nothing backs."""
    return increment(sealed.pdf, {}, extra=b"/AuthCode<</MACLocation/Standalone/MAC<00>>>")


@variant(*_BROKEN)
def identifier_changed(sealed: Sealed) -> bytes:
    """Pass the file off as another document by its /ID."""
    return increment(sealed.pdf, {}, extra=b"/ID[<00><00>]")
