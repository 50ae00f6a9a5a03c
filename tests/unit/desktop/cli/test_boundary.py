"""Wrong words at a terminal, and Ctrl-C: what the person is told."""

import pytest

from desktop.cli import boundary, exchange


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["send", "a", "b", "c"], "多出了参数 b c"),
        (["send", "a", "--to"], "选项 --to 后面缺少值"),
        (["archive", "search", "a", "--limit", "0"], "--limit 的值不对（应为 1 至 1000 的整数）"),
        (["archive", "search", "a", "--limit", "x"], "--limit 的值不对（应为 1 至 1000 的整数）"),
        (["sign-for"], "命令用法有误：请写明要签收的收文编号，或用 --all。"),
    ],
)
def test_wrong_words_are_told_in_chinese(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 2 == boundary.run(words)

    said = capsys.readouterr().err
    assert told in said
    assert "请用 yidao --help 查看用法。" in said


def test_a_group_without_a_command_shows_its_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert 2 == boundary.run(["archive"])

    said = capsys.readouterr().err
    assert ("search" in said, "命令用法有误" in said) == (True, False)


def test_a_command_that_is_interrupted_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(exchange, "workspace_at", interrupted)

    assert 130 == boundary.run(["inbox"])
    assert "操作已取消。已完成的步骤保留。" in capsys.readouterr().err
