"""The main job with SKF UKEYs at every desk: vault, seal, dispatch, 签收, and a UKEY pulled out."""

from collections.abc import Iterator
from dataclasses import dataclass, fields

import pytest

from formats.document.model import Document
from signing.errors import LoginNeeded, TokenMissing
from signing.pilot import issue_ukey
from signing.pilot.seals import issue_seal
from signing.tokens.base import Secret
from signing.tokens.skf import SkfProvider
from tests.integration.desktop.conftest import Desks
from tests.integration.desktop.test_exchange import arrive
from tests.support.nodes import CITY, PROVINCE, Nodes, wait_until
from tests.support.pki import BODIES, PIN, PilotWorld, SoftHsm, build_world
from tests.support.skf import STATE, SkfDesk, build_module, desk_in


@dataclass(frozen=True)
class SkfWorld(PilotWorld):
    """A GM world whose UKEYs are SKF devices."""

    driver: str = ""

    @property
    def module(self) -> str:
        """The SKF driver."""
        return self.driver


@dataclass
class Office:
    """Desks, and the slots their UKEYs are in."""

    desks: Desks
    slots: SkfDesk


@pytest.fixture(scope="module")
def office(softhsm: SoftHsm, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    root = tmp_path_factory.mktemp("skf-road")
    slots = desk_in(build_module(root), root / "desk")
    base = build_world(root / "world", softhsm, suite="GM")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(STATE, str(slots.folder))
        for body, name, *_ in BODIES:
            slots.new_device(body, serial=body.replace(".", ""), label=body, pin=PIN)
            token = SkfProvider(slots.module).open(f"skf:{body.replace('.', '')}")
            token.login(Secret(PIN))
            ukey = issue_ukey(base.pilot, token, body, name, kind="sm2")
            token.store_seal(issue_seal(base.pilot, body, name, [ukey.sign]))
            token.logout()
        kept = {field.name: getattr(base, field.name) for field in fields(base)}
        world = SkfWorld(**kept, driver=f"skf:{slots.module}")
        desks = Desks(Nodes(world, root / "nodes"), root / "profiles")
        try:
            desks.nodes.start()
            yield Office(desks, slots)
        finally:
            desks.close()
            desks.nodes.close()


def test_a_document_travels_between_skf_desks(office: Office, notice: Document) -> None:
    province, city = office.desks.open(PROVINCE), office.desks.open(CITY)
    dispatch = province.seal(notice)
    sent = province.outgoing.send(dispatch)
    consignment = arrive(city, notice.title)
    verdict = city.incoming.get(consignment).row.verdict
    (signed,) = city.incoming.sign_for([consignment])
    wait_until(
        lambda: "signed" in {c.state for c in province.outgoing.track(dispatch).consignments}
    )

    assert ("done", "green", "done") == (sent.outcome, verdict, signed.outcome)


def test_pulled_out_the_desk_has_no_ukey_and_plugged_in_it_asks_for_the_pin(
    office: Office, notice: Document
) -> None:
    province = office.desks.open(PROVINCE)
    draft = province.drafting.save(notice)
    office.slots.pull("340000.bgt")
    with pytest.raises(TokenMissing):
        province.workspace.token()
    with pytest.raises(TokenMissing):
        province.sealing.seal(draft.id)
    office.slots.plug("340000.bgt")

    assert "ok" == province.workspace.token().pin_state
    with pytest.raises(LoginNeeded):
        province.sealing.seal(draft.id)
    province.workspace.present_pin(Secret(PIN))
    assert province.sealing.seal(draft.id).dispatch
    assert draft.id not in {row.id for row in province.drafting.list()}
