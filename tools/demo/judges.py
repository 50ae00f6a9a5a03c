"""Outside judges: openssl, poppler and qpdf look at what was made, with no code of ours."""

import base64
import re
import shutil
from pathlib import Path

from tools.demo.stage import Stage, StepFailed

_DIGITS = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")


def check_pdf(stage: Stage, pdf: Path) -> str:
    """qpdf, pdfsig and openssl on a sealed PDF; what they said, in one line."""
    stage.run("qpdf", "--check", pdf)
    said = stage.run("pdfsig", "-nocert", pdf)
    if "Signature is Valid" not in said or "Total document signed" not in said:
        raise StepFailed(said)
    check_signature_with_openssl(stage, pdf)
    return "qpdf、pdfsig、openssl cms 一致"


def check_signature_with_openssl(stage: Stage, pdf: Path) -> None:
    """Cut the signature out of the PDF and let `openssl cms` verify it over the rest."""
    data = pdf.read_bytes()
    found = _DIGITS.search(data)
    if found is None:
        raise StepFailed(f"{pdf.name}: no /ByteRange")
    start, length, second, rest = (int(number) for number in found.groups())
    signed = data[start : start + length] + data[second : second + rest]
    contents = data[start + length : second].strip(b"<>")
    work = stage.root / "logs"
    (work / "signed.bin").write_bytes(signed)
    der = bytes.fromhex(contents.decode("ascii"))
    (work / "signature.p7s").write_bytes(der[: _der_length(der)])
    stage.run(
        "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", work / "signature.p7s",
        "-content", work / "signed.bin", "-CAfile", stage.root_pem, "-purpose", "any",
        "-out", "/dev/null",
    )  # fmt: skip


def _der_length(der: bytes) -> int:
    """The length of the first DER value; the rest of /Contents is padding."""
    first = der[1]
    if first < 0x80:  # noqa: PLR2004 - short form, X.690 8.1.3.4
        return 2 + first
    count = first & 0x7F
    return 2 + count + int.from_bytes(der[2 : 2 + count], "big")


def check_package(stage: Stage, package: Path) -> None:
    """The manifest's signature with `openssl cms`, and every member's digest beside it."""
    work = stage.root / "logs" / "package"
    shutil.rmtree(work, ignore_errors=True)
    stage.run("unzip", "-q", "-d", work, package)
    manifest = work / "META-INF" / "ASiCManifest.xml"
    stage.run(
        "openssl", "cms", "-verify", "-binary", "-inform", "DER",
        "-in", work / "META-INF" / "signature.p7s", "-content", manifest,
        "-CAfile", stage.root_pem, "-purpose", "any", "-out", "/dev/null",
    )  # fmt: skip
    listed = manifest.read_text("utf-8")
    for name in ("document.pdf", "metadata.xml", "manifest.json"):
        said = stage.run("openssl", "dgst", "-sha256", "-r", work / name)
        digest = base64.b64encode(bytes.fromhex(said.split()[0])).decode("ascii")
        if digest not in listed:
            raise StepFailed(f"{package.name}: {name} is not what the manifest says")


def check_evidence(stage: Stage, bundle: Path) -> str:
    """The shipped script, which uses openssl, unzip and sha256sum alone."""
    script = Path(__file__).resolve().parents[2] / "docs" / "verify-evidence.sh"
    said = stage.run("bash", script, bundle, stage.root_pem)
    (stage.out / f"{bundle.stem}.openssl.txt").write_text(said, "utf-8")
    return f"openssl 核验通过，{said.count('ok ')} 项"
