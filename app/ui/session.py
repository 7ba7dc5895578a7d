"""Who is logged in. One mutable place, read by presenters."""

from app.domain.ids import OperatorId
from app.domain.operator import Operator


class Session:
    """Attributes: operator: the clerk at the desk, None while nobody is logged in."""

    def __init__(self) -> None:
        self.operator: Operator | None = None

    @property
    def operator_id(self) -> OperatorId:
        """The clerk's id; RuntimeError while nobody is logged in, because no screen works then."""
        if self.operator is None:
            raise RuntimeError("nobody is logged in")
        return self.operator.id
