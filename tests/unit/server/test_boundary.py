"""No traceback leaves `yidao-node`, whatever went wrong."""

import pytest

from server import cli


def raising(*_: object) -> None:
    message = "a defect"
    raise RuntimeError(message)


def test_a_defect_ends_in_a_coded_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("YIDAO_DEBUG", raising=False)
    monkeypatch.setattr("sys.argv", ["yidao-node", "serve"])
    monkeypatch.setattr(cli, "app", raising)

    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = capsys.readouterr().err

    assert ended.value.code == 1
    assert "[node.unforeseen]" in said
    assert "Traceback" not in said
