"""What goes over the wire about occurrences, invitations and the settings of an area."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from app.answers import WordsOut
from app.domain.invitations import InvitationState
from app.domain.vocabulary import Channel
from app.pages import PageIn
from app.wire import In, MomentIn, Uuid, Whole


class OccurrencesIn(PageIn):
    """Filters of the list of occurrences. ``invited=false`` keeps those that nobody was asked about yet."""

    project: Uuid | None = None
    invited: bool | None = None


class OccurrenceOut(TypedDict):
    """A service rendered that may be evaluated once; ``occurrence`` is the event that recorded it.

    ``is_default``: nobody evaluated it, and its area counts silence after so many days. Never active.
    """

    occurrence: str
    kind: str
    subject: str
    label: WordsOut
    project_id: str
    area_code: str
    item_case_id: str | None
    occurred_at: datetime
    invitation_id: str | None
    invitation_state: str | None
    is_evaluated: bool
    is_default: bool


class InvitationIn(In):
    """Which occurrence to ask about, and where the rater will be asked."""

    project_id: Uuid
    occurrence: Annotated[Uuid, Field(description="所评价服务的事件编号 · event of the service")]
    channel: Channel
    expires_at: MomentIn | None = None


class InvitationsIn(PageIn):
    """Filters of the list of invitations."""

    project: Uuid | None = None
    occurrence: Uuid | None = None
    state: InvitationState | None = None


class InvitationOut(TypedDict):
    """An invitation without its token. ``used_on`` is a day, and never says how it was used."""

    id: str
    version: int
    project_id: str
    area_code: str
    occurrence: str
    item_case_id: str | None
    kind: str
    subject: str
    label: WordsOut
    channel: str
    manner: str
    state: str
    issued_at: datetime
    expires_at: datetime
    used_on: date | None
    voided_at: datetime | None


class InvitationShownOut(TypedDict):
    """A new invitation, with its link this once; the QR codes of the link are served while it is open."""

    invitation: InvitationOut
    link: str
    qr_svg: str
    qr_png: str


class EvaluationSettingIn(In):
    """After how many days without an evaluation one counts by default; null switches it off."""

    default_after_days: Annotated[Whole, Field(ge=1, le=366)] | None


class EvaluationSettingOut(TypedDict):
    """What an area has decided; version 0 when it has decided nothing: then there are no defaults."""

    area_code: str
    version: int
    default_after_days: int | None
