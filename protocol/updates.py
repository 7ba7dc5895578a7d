"""The update manifest: which program the center wants its desks to run, signed by the center's key."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from protocol.messages import HexSha256, Message, Text200

LARGEST_BYTES = 4 * 1024**3
System = Literal["linux", "windows"]
Machine = Literal["x86_64", "aarch64"]
VersionText = Annotated[str, StringConstraints(pattern=r"^\d{1,4}(\.\d{1,4}){1,3}$")]
Words = Annotated[str, StringConstraints(max_length=300, pattern=r"^[^\x00]*$")]


class UpdateManifest(Message):
    """One version for one kind of machine. ``required_from``: from this day on it must be used, and ``words`` say why."""

    version: VersionText
    system: System
    machine: Machine
    size: Annotated[int, Field(gt=0, le=LARGEST_BYTES)]
    sha256: HexSha256
    required_from: date | None = None
    words: Words = ""
    signed_at: AwareDatetime
    key_id: str
    signature: Text200

    @model_validator(mode="after")
    def _forced_only_with_words(self) -> "UpdateManifest":
        if self.required_from is not None and not self.words.strip():
            raise ValueError("a required update needs words")
        return self

    def signed_part(self) -> dict[str, Any]:
        """What the signature covers; ``purpose`` keeps a signature of something else from standing in."""
        content = self.model_dump(mode="json", exclude={"signature"})
        return {**content, "signed_at": self.signed_at.isoformat(), "purpose": "certdesk-update"}
