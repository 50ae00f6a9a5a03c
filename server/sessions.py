"""Who is logged in: challenge, proof, session.

A challenge is good once and for a minute. A session is an opaque token of which only the SHA-256
is kept; it ends after fifteen idle minutes or eight hours, and at once when its certificate is no
longer listed or good. The identity is that of the certificate, never of the connection.
"""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, insert, select, update

from formats.effects import Clock, Randomness
from formats.errors import BadInput
from formats.i18n import tr
from formats.ids import BodyId, NodeId
from formats.limits import CHALLENGE_SECONDS, SESSION_HOURS, SESSION_IDLE_MINUTES
from formats.protocol.login import login_bytes
from formats.protocol.messages import Challenge
from server.directory import Directory
from server.errors import LoginRefused, NotLoggedIn
from server.store.database import Database, instant, micros
from server.store.tables import challenges, sessions
from server.store.work import Finish, Work
from signing.cms import open_attached
from signing.errors import TrustError
from signing.trust.certs import owner_of

TOKEN_BYTES: Final = 32
IDLE: Final = timedelta(minutes=SESSION_IDLE_MINUTES)
LONGEST: Final = timedelta(hours=SESSION_HOURS)


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A session that holds."""

    body: BodyId
    certificate: bytes
    expires: datetime


@dataclass(slots=True)
class _Kept:
    session: LoggedIn
    seen: datetime


def digest_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token(randomness: Randomness) -> str:
    """256 bits, as text."""
    return base64.urlsafe_b64encode(randomness(TOKEN_BYTES)).rstrip(b"=").decode()


def body_of(certificate: bytes, directory: Directory, here: NodeId, now: datetime) -> BodyId:
    """The body that a certificate may log in here. Raises `LoginRefused`, never in detail."""
    owner = owner_of(certificate)
    body = directory.bodies.get(owner.id) if owner.kind == "body" else None
    if body is None:
        raise LoginRefused("owner", reason=tr("证书所属单位未登记"))
    if certificate not in body.signing_certificates():
        raise LoginRefused("not listed", reason=tr("证书未登记在该单位名下"))
    if body.node != here:
        raise LoginRefused(body.node, reason=tr("该单位不属于本节点"))
    try:
        directory.trust.validate(certificate, now, "sign")
    except TrustError as error:
        raise LoginRefused(error.code, reason=error.sentences()[0].rstrip("。")) from error
    return body.id


class Sessions:
    """Challenges and sessions, in the database, with the live ones in memory."""

    def __init__(
        self, node: NodeId, database: Database, clock: Clock, randomness: Randomness
    ) -> None:
        self._node = node
        self._database = database
        self._clock = clock
        self._randomness = randomness
        self._live: dict[str, _Kept] = {}

    def challenge(self, work: Work, certificate: bytes) -> Finish[Challenge]:
        """Make a challenge for a certificate."""
        expires = work.now.replace(microsecond=0) + timedelta(seconds=CHALLENGE_SECONDS)
        made = Challenge(
            id=self._randomness(16).hex(),
            node=self._node,
            nonce=self._randomness(32),
            expires=expires,
        )
        work.connection.execute(
            insert(challenges).values(
                id=made.id, nonce=made.nonce, certificate=certificate, expires=micros(expires)
            )
        )
        return lambda _: made

    def open(
        self, work: Work, challenge: str, proof: bytes, directory: Directory
    ) -> Finish[tuple[str, LoggedIn] | LoginRefused]:
        """Use a challenge up and, when the proof holds, make a session.

        A refusal is an answer here, not an error: the challenge must stay used.
        """
        row = work.connection.execute(
            select(challenges).where(challenges.c.id == challenge)
        ).one_or_none()
        work.connection.execute(delete(challenges).where(challenges.c.id == challenge))
        if row is None or row.expires < work.micros:
            gone = LoginRefused("challenge", reason=tr("登录请求已过期或已使用，请重试"))
            return lambda _: gone
        asked = Challenge(id=row.id, node=self._node, nonce=row.nonce, expires=instant(row.expires))
        try:
            body = self._prove(asked, row.certificate, proof, directory, work.now)
        except LoginRefused as refused:
            reason = refused
            return lambda _: reason
        token = new_token(self._randomness)
        session = LoggedIn(body, row.certificate, work.now + LONGEST)
        work.connection.execute(
            insert(sessions).values(
                token_digest=digest_of(token),
                body=body,
                certificate=session.certificate,
                seen=work.micros,
                expires=micros(session.expires),
            )
        )
        return lambda _: (token, session)

    def _prove(
        self,
        asked: Challenge,
        certificate: bytes,
        proof: bytes,
        directory: Directory,
        now: datetime,
    ) -> BodyId:
        try:
            signed = open_attached(proof)
        except BadInput as error:
            raise LoginRefused(error.code, reason=tr("签名无效")) from error
        if signed.certificate != certificate or signed.data != login_bytes(asked, certificate):
            raise LoginRefused("proof", reason=tr("签名与登录请求不符"))
        return body_of(certificate, directory, self._node, now)

    def find(self, token: str, directory: Directory) -> LoggedIn:
        """The session of a token, and that it was used now. Raises `NotLoggedIn`."""
        now = self._clock()
        digest = digest_of(token)
        kept = self._live.get(digest) or self._load(digest)
        if kept is None or kept.session.expires <= now or kept.seen + IDLE <= now:
            self._live.pop(digest, None)
            raise NotLoggedIn("session")
        try:
            body_of(kept.session.certificate, directory, self._node, now)
        except LoginRefused as error:  # revoked, replaced or moved since
            raise NotLoggedIn(error.detail) from error
        kept.seen = now
        self._live[digest] = kept
        return kept.session

    def _load(self, digest: str) -> _Kept | None:
        query = select(sessions).where(sessions.c.token_digest == digest)
        with self._database.reading.begin() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        return _Kept(LoggedIn(row.body, row.certificate, instant(row.expires)), instant(row.seen))

    def close(self, work: Work, token: str) -> Finish[None]:
        """End a session."""
        digest = digest_of(token)
        self._live.pop(digest, None)
        work.connection.execute(delete(sessions).where(sessions.c.token_digest == digest))
        return lambda _: None

    def sweep(self, work: Work) -> None:
        """Write down when sessions were last used; remove what has ended."""
        for digest, kept in list(self._live.items()):
            if kept.seen + IDLE <= work.now:
                self._live.pop(digest, None)
            work.connection.execute(
                update(sessions)
                .where(sessions.c.token_digest == digest)
                .values(seen=micros(kept.seen))
            )
        work.connection.execute(delete(challenges).where(challenges.c.expires < work.micros))
        work.connection.execute(
            delete(sessions).where(
                (sessions.c.expires < work.micros) | (sessions.c.seen < micros(work.now - IDLE))
            )
        )
