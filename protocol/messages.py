"""Messages of the protocol, version 1. Pydantic models: strict about what they know, and refusing what they don't."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from protocol.model_packs import LIMIT_BYTES

PROTOCOL_VERSION = 1
MOST_RECORDS = 100
"""Records in one push."""
MOST_CHANGES = 1000
"""Changes in one page."""
LARGEST_BODY_BYTES = 256 * 1024

HexSha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Uuid = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")]
Text200 = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]


class Message(BaseModel):
    """Base: unknown fields are refused by name."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SigningKey(Message):
    """One of the center's signing keys. ``retired_at``: receipts signed later are not valid."""

    key_id: str
    public_key: str
    retired_at: AwareDatetime | None = None


class UnitInfo(Message):
    """The unit a desk belongs to."""

    id: str
    name: str
    code: str
    phone: str = ""
    address: str = ""
    demo: bool = False


class EnrolRequest(Message):
    """A desk introduces itself with the one-time code."""

    code: Annotated[str, StringConstraints(min_length=4, max_length=64)] = Field(examples=["K7QF-2M9D-WX4T"])
    public_key: Text200
    desk_name: Text200 = Field(examples=["人事处一号机"])
    unit_code: Text200 = Field(default="", description="只登记到这个单位；登记码是别的单位的就拒绝，码不作废")


class EnrolAnswer(Message):
    """Who the desk is now, and how to know the center."""

    desk_id: str
    unit: UnitInfo
    center_keys: list[SigningKey]
    server_time: AwareDatetime


class TokenRequest(Message):
    """RFC 7523: an assertion signed with the desk's key."""

    grant_type: Literal["urn:ietf:params:oauth:grant-type:jwt-bearer"]
    assertion: Annotated[str, StringConstraints(max_length=4096)]


class TokenAnswer(Message):
    """A short-lived bearer token."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    server_time: AwareDatetime
    center_keys: list[SigningKey]


class PushedRecord(Message):
    """One record. ``signature`` is over the canonical JSON of everything else."""

    uuid: Uuid
    kind: Text200
    version: int
    captured_at: AwareDatetime
    signed_at: AwareDatetime
    desk_id: str
    operator_id: str
    body: dict[str, Any]
    attachments: list[HexSha256] = []
    signature: Text200

    def signed_part(self) -> dict[str, Any]:
        """What the signature covers: every other field, times in ISO form with their offset."""
        content = self.model_dump(mode="json", exclude={"signature"})
        content["captured_at"] = self.captured_at.isoformat()
        content["signed_at"] = self.signed_at.isoformat()
        return content


class PushRequest(Message):
    """Up to 100 records."""

    records: Annotated[list[PushedRecord], Field(min_length=1, max_length=MOST_RECORDS)]


class Receipt(Message):
    """The center's word that a record is in. ``signature`` covers the other fields."""

    uuid: Uuid
    sha256: HexSha256
    unit_id: str
    number: str
    accepted_at: AwareDatetime
    key_id: str
    signature: Text200

    def signed_part(self) -> dict[str, Any]:
        """What the signature covers."""
        content = self.model_dump(mode="json", exclude={"signature"})
        content["accepted_at"] = self.accepted_at.isoformat()
        return content


class Outcome(StrEnum):
    """What became of one pushed record."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    REJECTED = "rejected"


class RecordAnswer(Message):
    """Answer about one record; ``code`` and ``text`` (Chinese, for the clerk) on conflict and rejection."""

    uuid: Uuid
    outcome: Outcome
    receipt: Receipt | None = None
    code: str = ""
    text: str = ""


class PushAnswer(Message):
    """Answers in the order of the records."""

    answers: list[RecordAnswer]
    server_time: AwareDatetime


class ChangeKind(StrEnum):
    """What the center tells a desk."""

    UNIT = "unit"
    RETIREE = "retiree"
    RETIREE_REMOVED = "retiree_removed"
    PHOTO = "photo"
    CERTIFICATION = "certification"
    NEAR_LIST = "near_list"
    DECISION = "decision"
    POLICY = "policy"
    FORM_TEMPLATE = "form_template"
    NOTICE = "notice"


class Change(Message):
    """One change; ``number`` rises within the unit."""

    number: int
    kind: str
    body: dict[str, Any]


class ChangesPage(Message):
    """Changes after ``since``, in order; ``cursor`` goes into the next request; ``newest``: the last number there is, 0 when not told."""

    changes: list[Change]
    cursor: int
    more: bool
    server_time: AwareDatetime
    newest: int = 0


class CustodyBody(Message):
    """A period of rule 16."""

    started_on: date
    ended_on: date | None
    document: str


class RetireeBody(Message):
    """A retiree as the center tells it; months as YYYY-MM."""

    id: str
    name: str
    id_number: str
    personnel_number: str
    sex: Literal["male", "female"]
    birth_date: date
    kind: Literal["retired", "resigned"] = "retired"
    retired_on: date | None = None
    first_paid_on: date | None = None
    phone: str = ""
    address: str = ""
    residence: Literal["local", "elsewhere", "abroad"] = "local"
    card_number: str | None = None
    photo: HexSha256 | None = None
    photo_taken_on: date | None = None
    payment: Literal["paid", "suspended", "terminated"] = "paid"
    suspended_from: str | None = None
    last_paid: str | None = None
    died_on: date | None = None
    death_withdrawn: bool = False
    """The unit took an earlier death report back: a desk lets the mark go, which a roster that merely lacks it never does."""
    lost_eligibility_on: date | None = None
    custody: list[CustodyBody] = []


class CertificationBody(Message):
    """A certification known to the center: done elsewhere, at another desk, or this desk's own."""

    id: str
    retiree_id: str
    channel: Literal["self_service", "assisted_face", "unit_confirmed"]
    captured_at: AwareDatetime
    signed_on: date | None = None
    state: Literal["pending", "accepted", "rejected"] = "accepted"
    accepted_at: AwareDatetime | None = None
    reason: str = ""
    supersedes: str | None = None
    void: bool = False
    """It takes back the one that it supersedes, and counts for nothing itself."""


class NearListBody(Message):
    """The center's list of those whose deadline is near (notice 四(二)); ``month``: YYYY-MM, of which a new list replaces the last."""

    month: str
    retiree_ids: list[str]


class DecisionBody(Message):
    """The center's decision about payments or about one record. ``back_pay``: months (YYYY-MM) paid together with a resumption."""

    retiree_id: str
    decision: Literal["accepted", "rejected", "suspended", "resumed", "terminated"]
    month: str | None = None
    record_id: str | None = None
    reason: str = ""
    decided_at: AwareDatetime
    back_pay: list[str] = []


class ServerInfo(Message):
    """What a center is; answered without a token."""

    name: str
    protocol_version: int
    server_time: datetime


class ModelPackInfo(Message):
    """A published pack of face models (protocol.model_packs). ``models``: what its networks call themselves."""

    sha256: HexSha256
    size: Annotated[int, Field(gt=0, le=LIMIT_BYTES)]
    models: Annotated[list[Text200], Field(max_length=100)]
