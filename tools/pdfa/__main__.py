"""`python -m tools.pdfa FILE… [--json]`: exit status 1 when a file is not PDF/A-3b."""

import argparse
import json
import logging
import sys
from dataclasses import asdict
from pathlib import Path

from tools.pdfa.check import check_pdfa


def main(arguments: list[str] | None = None) -> int:
    """Check the files and print what was found, a line a finding."""
    parser = argparse.ArgumentParser(prog="python -m tools.pdfa", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--json", action="store_true", help="one JSON object a file")
    chosen = parser.parse_args(arguments)
    logging.getLogger("fontTools").setLevel(logging.ERROR)  # it reports dates that are no fault
    failed = False
    for path in chosen.files:
        try:
            data = path.read_bytes()
        except OSError as error:
            print(f"{path}: {error.strerror}", file=sys.stderr)
            return 2
        findings = check_pdfa(data)
        failed = failed or bool(findings)
        if chosen.json:
            listed = [asdict(finding) for finding in findings]
            print(json.dumps({"file": str(path), "findings": listed}, ensure_ascii=False))
        else:
            for found in findings:
                place = f" ({found.place})" if found.place else ""
                print(f"{path}: {found.clause} {found.message}{place}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
