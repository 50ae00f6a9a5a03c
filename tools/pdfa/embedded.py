"""Clause 6.8: files inside the file, each tied to what it belongs to."""

import re
from typing import Final

from tools.pdfa.opened import Node, Opened, is_array, is_dictionary, is_name, is_text
from tools.pdfa.report import Report

_MEDIA: Final = re.compile(r"[-\w+.]+/[-\w+.]+\Z")


def check(opened: Opened, report: Report) -> None:
    """6.8."""
    associated = set()
    specifications = []
    for value in opened.objects():
        held = value.get("/AF")
        for item in held if is_array(held) else [held]:
            if is_dictionary(item):
                associated.add(item.objgen)
        if "/EF" in value:
            specifications.append(value)
    for specification in specifications:
        _specification(opened, specification, associated, report)


def _specification(
    opened: Opened, specification: Node, associated: set[tuple[int, int]], report: Report
) -> None:
    place = opened.name_of(specification)
    for key in ("/F", "/UF"):
        named = is_text(specification.get(key)) and len(str(specification[key])) > 0
        report.require(named, "6.8", f"no {key[1:]} in a file specification", place)
    relation = specification.get("/AFRelationship")
    report.require(is_name(relation), "6.8", "no AFRelationship", place)
    tied = specification.objgen in associated
    report.require(tied, "6.8", "the file is associated with nothing", place)
    for key, stream in specification["/EF"].items():
        if not Opened.is_stream(stream):
            report.add("6.8", f"{key} is no embedded file", place)
            continue
        media = str(stream.get("/Subtype", ""))[1:]
        report.require(_MEDIA.match(media), "6.8", "no media type in Subtype", place)
        parameters = stream.get("/Params")
        dated = is_dictionary(parameters) and "/ModDate" in parameters
        report.require(dated, "6.8", "no ModDate in Params", place)
