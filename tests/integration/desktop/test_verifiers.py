"""An open desk verifies every file in one process that stands ready, and leaves none behind."""

from pathlib import Path

from desktop.services.session import Workspace
from desktop.services.verdicts import Verdicts
from signing.tokens.base import Secret
from tests.integration.desktop.conftest import Desks
from tests.support.nodes import PROVINCE
from tests.support.pki import PIN
from tests.support.sealed import Hands, plain_pdf


def test_open_desk_verifies_in_one_process_and_closed_leaves_none(desks: Desks) -> None:
    profile = desks.open(PROVINCE).workspace.profile
    sealed = Hands(desks.nodes.world).seal(plain_pdf())
    with Workspace.open(profile, Secret(PIN)) as workspace:
        verdicts = Verdicts(workspace)
        found = [verdicts.judge(sealed), verdicts.judge(b"junk"), verdicts.judge(sealed)]
        (standby,) = workspace.verifiers._all
        process = standby._process
        assert process is not None

    assert ["green", "red", "green"] == [verdict.status for verdict in found]
    assert not Path(f"/proc/{process.pid}").exists()
