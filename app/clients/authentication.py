"""Who is calling: from the headers of a request to its actor."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request

from app.actor import (
    Actor,
    NotAuthenticated,
    OperatorMissing,
    OperatorUnknown,
    OwnerMissing,
    RoleNotHeld,
)
from app.areas.queries import areas_below
from app.clients.models import ApiKey, Client, Operator
from app.clients.queries import find_client, find_operator, key_by_digest
from app.clock import Clock, office_date, ticks
from app.database import Reader
from app.domain.identifiers import CreditCodeMalformed, read_credit_code
from app.domain.standing import Role
from app.errors import Refusal, Words
from app.problems import language_of

TTL = 1.0  # seconds that a key, a client or an operator may be remembered: revoking takes no longer
BY_PEOPLE = frozenset(set(Role) - {Role.PORTAL, Role.ADMIN, Role.RATER})
READS = frozenset({"GET", "HEAD", "OPTIONS"})


class TooManyRequests(Refusal):
    """The key has used up its requests of this minute."""

    status = 429
    retry_after = 5
    title = Words("请求过于频繁", "Too many requests")
    detail = Words("该密钥每分钟最多 {limit} 次请求。", "This key may ask {limit} times a minute.")


@dataclass(slots=True)
class _Known:
    until: float
    key: ApiKey
    client: Client
    areas: tuple[str, ...]
    tokens: float
    filled: float


class Authentication:
    """Reads the actor from a request; remembers keys and operators for a second."""

    def __init__(self, clock: Clock, requests_per_minute: int) -> None:
        self.clock = clock
        self.limit = requests_per_minute
        self._keys: dict[str, _Known] = {}
        self._operators: dict[tuple[str, str], tuple[float, Operator | None]] = {}

    def forget(self) -> None:
        """Look everything up again: this process need not wait for what it has just changed itself."""
        for known in self._keys.values():
            known.until = 0.0  # stays, with the requests it has used up
        self._operators.clear()

    async def __call__(self, request: Request) -> Actor:
        """Name the actor. Refuses unknown keys, roles not held, missing or unknown operators and owners."""
        headers, reader, at = request.headers, request.app.state.database.reader, self.clock()
        known = await self._known(reader, _shown_digest(headers.get("authorization", "")), at)
        request.scope["client_id"] = known.client.id
        role = headers.get("operator-role") or known.client.roles[0]
        if role not in known.client.roles:
            raise RoleNotHeld(role=role[:64])
        operator = await self._operator(reader, headers.get("operator-id"), known.client, role, at)
        if operator is None and role in BY_PEOPLE and request.method not in READS:
            raise OperatorMissing(role=role)
        department = known.client.department_code
        if role == Role.DEPARTMENT and operator and operator.department_code not in (None, department):
            raise RoleNotHeld(role=role)  # a department's system speaks for that department
        return Actor(
            at=at,
            client_id=known.client.id,
            role=role,
            areas=known.areas,
            department_code=department,
            owner_uscc=_owner(headers.get("acting-for")) if role == Role.PORTAL else None,
            operator_id=operator.id if operator else None,
            person_key=operator.person_key if operator else None,
            language=language_of(request),
        )

    async def by_digest(self, request: Request, digest: str, role: Role) -> Actor:
        """Name the actor of a page that a key has opened. Refuses as for a request with that key."""
        at = self.clock()
        known = await self._known(request.app.state.database.reader, digest, at)
        request.scope["client_id"] = known.client.id
        if role not in known.client.roles:
            raise RoleNotHeld(role=role)
        language = language_of(request)
        return Actor(at=at, client_id=known.client.id, role=role, areas=known.areas, language=language)

    async def _known(self, reader: Reader, digest: str, at: datetime) -> _Known:
        now = ticks()
        known = self._keys.get(digest)
        if known is None or known.until < now:
            known = await self._look_up(reader, digest, now, known)
        key = known.key
        if key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= at):
            raise NotAuthenticated
        if not known.client.is_active:
            raise NotAuthenticated
        known.tokens = min(self.limit, known.tokens + (now - known.filled) * self.limit / 60) - 1
        known.filled = now
        if known.tokens < 0:
            known.tokens = 0
            raise TooManyRequests(limit=self.limit)
        return known

    async def _look_up(self, reader: Reader, digest: str, now: float, before: _Known | None) -> _Known:
        key = await reader.first(key_by_digest(digest))
        if key is None or (client := await reader.first(find_client(key.client_id))) is None:
            self._keys.pop(digest, None)
            raise NotAuthenticated
        areas = await areas_below(reader, client.area_code)
        tokens, filled = (before.tokens, before.filled) if before else (float(self.limit), now)
        self._keys[digest] = known = _Known(now + TTL, key, client, areas, tokens, filled)
        return known

    async def _operator(
        self, reader: Reader, code: str | None, client: Client, role: str, at: datetime
    ) -> Operator | None:
        if code is None:
            return None
        now, place = ticks(), (client.realm, code)
        until, operator = self._operators.get(place, (0.0, None))
        if until < now:
            operator = None
            if code.isprintable():
                operator = await reader.first(find_operator(*place))
            if len(self._operators) > 10_000:  # noqa: PLR2004 - a bound against made-up names
                self._operators.clear()
            self._operators[place] = (now + TTL, operator)
        today = office_date(at)
        if operator is None or today < operator.valid_from or (operator.valid_to or today) < today:
            raise OperatorUnknown(operator=code[:64])
        if role not in operator.roles:
            raise RoleNotHeld(role=role)
        return operator


def _shown_digest(header: str) -> str:
    scheme, _, secret = header.partition(" ")
    if scheme.lower() != "bearer" or not secret.startswith("mps_"):
        raise NotAuthenticated
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def _owner(code: str | None) -> str:
    if code is None:
        raise OwnerMissing
    try:
        return read_credit_code(code)
    except CreditCodeMalformed:
        raise OwnerMissing from None
