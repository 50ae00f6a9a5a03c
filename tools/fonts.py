"""Make the free font set once: `python -m tools.fonts`, about a minute, cached for every user run.

Sources are Debian packages only. Fandol (仿宋 楷体 黑体 宋体) is taken out of texlive-lang-chinese
without installing TeX; 小标宋 is Noto Serif CJK SC Bold, and the Noto and LXGW WenKai faces are
the fallback for the characters beyond GB 2312 that Fandol lacks. The PDF writer embeds
TrueType outlines, so the CFF ones are turned into quadratic curves here, never at run time.

小标宋: set side by side as a red head (60 pt) and a title (2号), Noto Serif Bold and Fandol Song
Bold are about equally dark: stems of some 0.12 em in both, level strokes of 0.03 and 0.02 em. By
weight Fandol is the nearer to 小标宋; its strokes are waisted and slope a little. Noto is even
and straight, and it is chosen because it holds all 8,105 characters of 通用规范汉字表, of which
Fandol lacks 1,467: a name in a head or title must not change its face in the middle.

The fallbacks print all of 通用规范汉字表, and the unified characters and extension A of GB
18030-2022: Noto Serif CJK SC has extension A as far as 䶵 and the others as far as 鿪; LXGW WenKai
has the ten and the 21 beyond. No further package is needed, and none makes set-up longer.

The set is built in a temporary folder and renamed into place, so it is whole or absent.
"""

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from formats.typeset.fontfiles import CURRENT, MANIFEST, fonts_root

RECIPE: Final = "2"
"""Raise when the made files change; old sets then stay unused beside the new one."""

MAX_ERROR: Final = 1.0
"""Units of a 1000-unit em between a cubic curve and its quadratic copy: 0.006 mm at 3号."""

FANDOL_PACKAGE: Final = "texlive-lang-chinese"
FANDOL_FOLDER: Final = "texlive/texmf-dist/fonts/opentype/public/fandol"
FANDOL_LICENCE: Final = "texlive-doc/fonts/fandol"
DOCUMENTS: Final = Path("/usr/share/doc")
GPL: Final = Path("/usr/share/common-licenses/GPL-3")
"""Debian's own copy, for machines that keep no package's documents."""

NOTO: Final = Path("/usr/share/fonts/opentype/noto")
WENKAI: Final = Path("/usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf")
TTC_SC: Final = 2
"""The index of the SC face in Debian's Noto CJK collections."""


_UNWANTED: Final = (range(0xAC00, 0xD800), range(0xE000, 0xF900))


@dataclass(frozen=True, slots=True)
class Face:
    """One made file: ``key`` is its file name and its place in the resolver's chains."""

    key: str
    label: str
    source: Path
    index: int = 0
    beyond: Path | None = None
    """Only characters that this other source lacks are taken."""


class SetupError(Exception):
    """The set cannot be made; the text says which command to run."""


def main() -> int:
    """Make the set unless it is there; 0, or 2 with the command to run."""
    began = time.monotonic()
    try:
        folder, fresh = make(fonts_root())
    except SetupError as error:
        print(f"字体集未能生成：{error}", file=sys.stderr)
        return 2
    spent = time.monotonic() - began
    print(f"字体集{'已生成' if fresh else '已就绪'}：{folder}（{spent:.1f} 秒）")
    return 0


def make(root: Path) -> tuple[Path, bool]:
    """The folder of the set, and whether it was made now."""
    target = root / _key()
    if whole(target):
        _point(root, target)
        return target, False
    _require_system_packages()
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root, prefix=".making-") as scratch:
        work = Path(scratch)
        fandol, licences = _fandol(work)
        made = work / "set"
        made.mkdir()
        _convert_all(_faces(fandol), made)
        shutil.copyfile(WENKAI, made / "wenkai.ttf")
        _licences(licences, made)
        _describe(made)
        if not whole(target):  # another run may have finished meanwhile
            shutil.rmtree(target, ignore_errors=True)
            made.rename(target)
    _point(root, target)
    return target, True


def _key() -> str:
    """Changes with the recipe and with the size of any system source."""
    sizes = (
        f"{path.name}:{path.stat().st_size if path.is_file() else 0}"
        for path in (*_noto_sources(), WENKAI)
    )
    return hashlib.sha256("|".join((RECIPE, *sizes)).encode()).hexdigest()[:16]


def _noto_sources() -> tuple[Path, Path, Path]:
    return (
        NOTO / "NotoSerifCJK-Bold.ttc",
        NOTO / "NotoSerifCJK-Regular.ttc",
        NOTO / "NotoSansCJK-Regular.ttc",
    )


def _require_system_packages() -> None:
    wanted = {"fonts-noto-cjk": _noto_sources()[0], "fonts-lxgw-wenkai": WENKAI}
    missing = [package for package, path in wanted.items() if not path.is_file()]
    if missing:
        raise SetupError(f"缺少系统软件包，请运行：sudo apt-get install -y {' '.join(missing)}")


def _fandol(work: Path) -> tuple[Path, Path]:
    """The folder of Fandol's OTF files and that of its licence, which may not be there."""
    installed = Path("/usr/share") / FANDOL_FOLDER
    if (installed / "FandolFang-Regular.otf").is_file():
        return installed, DOCUMENTS / FANDOL_LICENCE
    print(f"正在下载 {FANDOL_PACKAGE}（49 MB，只取其中的 Fandol 字体）……", flush=True)
    download = subprocess.run(
        ["apt-get", "download", "-o", "APT::Sandbox::User=root", FANDOL_PACKAGE],
        cwd=work, capture_output=True, text=True, check=False,
    )  # fmt: skip
    packages = sorted(work.glob(f"{FANDOL_PACKAGE}_*.deb"))
    if download.returncode != 0 or not packages:
        detail = (download.stderr.strip().splitlines() or ["?"])[-1]
        raise SetupError(f"下载失败（{detail}），请先运行：sudo apt-get update")
    unpack = subprocess.run(
        ["sh", "-c", 'dpkg-deb --fsys-tarfile "$1" | tar -x --wildcards "*fandol/*"',
         "sh", str(packages[0])],
        cwd=work, capture_output=True, text=True, check=False,
    )  # fmt: skip
    folder = work / "usr/share" / FANDOL_FOLDER
    if unpack.returncode != 0 or not (folder / "FandolFang-Regular.otf").is_file():
        raise SetupError(f"软件包无法解开（{unpack.stderr.strip()[:200]}），请重试")
    return folder, work / "usr/share/doc" / FANDOL_LICENCE


def _faces(fandol: Path) -> tuple[Face, ...]:
    bold, serif, sans = _noto_sources()
    hei = fandol / "FandolHei-Regular.otf"
    return (
        Face("serif", "宋体后备 Noto Serif CJK SC", serif, TTC_SC),
        Face("title", "小标宋 Noto Serif CJK SC Bold", bold, TTC_SC),
        Face("sans", "黑体后备 Noto Sans CJK SC", sans, TTC_SC, beyond=hei),
        Face("fang", "仿宋 FandolFang", fandol / "FandolFang-Regular.otf"),
        Face("kai", "楷体 FandolKai", fandol / "FandolKai-Regular.otf"),
        Face("hei", "黑体 FandolHei", hei),
        Face("song", "宋体 FandolSong", fandol / "FandolSong-Regular.otf"),
    )


def _convert_all(faces: tuple[Face, ...], made: Path) -> None:
    print(f"正在转换 {len(faces)} 个字体（一次性，约一分钟）……", flush=True)
    with ProcessPoolExecutor(max_workers=min(2, os.cpu_count() or 1)) as pool:
        for line in pool.map(_convert, faces, [made] * len(faces)):
            print(line, flush=True)


def _wanted(codepoint: int) -> bool:
    """All but the scripts that no 公文 holds: the 11,172 Hangul syllables and private use."""
    return not any(codepoint in unwanted for unwanted in _UNWANTED)


def _convert(face: Face, made: Path) -> str:
    """Write ``made/<key>.ttf``; the line that says so."""
    import uharfbuzz as hb  # noqa: PLC0415 - a cached run must not pay for these
    from fontTools.fontBuilder import FontBuilder  # noqa: PLC0415 - loaded when used: start-up stays quick
    from fontTools.pens.cu2quPen import Cu2QuPen  # noqa: PLC0415 - loaded when used: start-up stays quick
    from fontTools.pens.ttGlyphPen import TTGlyphPen  # noqa: PLC0415 - loaded when used: start-up stays quick
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - loaded when used: start-up stays quick

    began = shown = time.monotonic()
    source = TTFont(face.source, fontNumber=face.index, lazy=True)
    known = TTFont(face.beyond, lazy=True).getBestCmap() if face.beyond else {}
    cmap = {c: g for c, g in source.getBestCmap().items() if _wanted(c) and c not in known}
    order = [".notdef", *sorted(set(cmap.values()) - {".notdef"})]
    drawn = hb.Font(hb.Face(hb.Blob.from_file_path(str(face.source)), face.index))
    glyphs, metrics = {}, {}
    for count, name in enumerate(order):
        gid = source.getGlyphID(name)
        pen = TTGlyphPen(None)
        drawn.draw_glyph_with_pen(gid, Cu2QuPen(pen, MAX_ERROR, reverse_direction=True))
        glyphs[name] = pen.glyph()
        metrics[name] = (drawn.get_glyph_h_advance(gid), 0)
        if time.monotonic() - shown > 2:  # noqa: PLR2004 - seconds of silence a person bears
            shown = time.monotonic()
            print(f"  {face.label} {count * 100 // len(order)}%", flush=True)
    builder = FontBuilder(drawn.face.upem, isTTF=True)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(cmap)
    builder.setupGlyf(glyphs)
    table = builder.font["glyf"]
    builder.setupHorizontalMetrics(
        {name: (advance, getattr(table[name], "xMin", 0)) for name, (advance, _) in metrics.items()}
    )
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    family = f"Yidao {face.key}"
    builder.setupNameTable(
        {"familyName": family, "styleName": "Regular", "psName": f"Yidao-{face.key}",
         "copyright": f"{source['name'].getDebugName(0) or ''} (outlines converted)"}
    )  # fmt: skip
    builder.setupOS2(sTypoAscender=880, sTypoDescender=-120)
    builder.setupPost(keepGlyphNames=False)
    builder.font["head"].created = builder.font["head"].modified = 0
    builder.font.recalcTimestamp = False
    builder.save(made / f"{face.key}.ttf")
    return f"  {face.label}：{len(order)} 字，{time.monotonic() - began:.1f} 秒"


def _licences(fandol: Path, made: Path) -> None:
    """Every licence goes along with what was made of its fonts."""
    folder = made / "licences"
    folder.mkdir()
    if fandol.is_dir():
        for path in sorted(fandol.iterdir()):
            data = path.read_bytes()
            packed = path.suffix == ".gz"
            name = path.stem if packed else path.name
            (folder / f"fandol-{name}").write_bytes(gzip.decompress(data) if packed else data)
    elif GPL.is_file():
        shutil.copyfile(GPL, folder / "fandol-COPYING")
    for package in ("fonts-noto-cjk", "fonts-lxgw-wenkai", FANDOL_PACKAGE):
        text = DOCUMENTS / package / "copyright"
        if text.is_file():
            shutil.copyfile(text, folder / package)


def _describe(made: Path) -> None:
    """Written last in the folder, so its presence says the set is whole."""
    files = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(made.glob("*.ttf"))
    }
    (made / MANIFEST).write_text(json.dumps({"recipe": RECIPE, "files": files}, indent=1))


def whole(folder: Path) -> bool:
    """Whether every file of a made set is as it was made."""
    try:
        described = json.loads((folder / MANIFEST).read_text())
        return all(
            hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
            for name, digest in described["files"].items()
        )
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return False


def _point(root: Path, target: Path) -> None:
    """Say which set is current, atomically."""
    pointer = root / CURRENT
    if pointer.is_file() and pointer.read_text() == target.name:
        return
    fresh = root / f".{CURRENT}-{os.getpid()}"
    fresh.write_text(target.name)
    fresh.replace(pointer)


if __name__ == "__main__":
    raise SystemExit(main())
