"""Every domain object comes back from the store as it went in; what does not fit is refused, never guessed."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st

from app.domain.calendar import Month
from app.domain.certification import Certification
from app.domain.confirmation import FormCase
from app.domain.evidence import CaptureSummary
from app.domain.operator import Operator
from app.domain.retiree import Retiree
from app.domain.visit import Visit
from app.services.codec import CodecError, from_json, to_json

st.register_type_strategy(Month, st.builds(Month, st.integers(1949, 2199), st.integers(1, 12)))
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))


@pytest.mark.parametrize("kind", [Retiree, Certification, Visit, FormCase, Operator, CaptureSummary])
def test_a_stored_object_always_comes_back_equal(kind: type) -> None:
    zoned = st.datetimes(timezones=st.timezones())
    times = zoned.map(lambda moment: moment.replace(fold=0).astimezone(UTC))
    st.register_type_strategy(datetime, times)

    @given(st.from_type(kind))
    def holds(value: object) -> None:
        assert from_json(kind, to_json(value)) == value

    holds()


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw.pop("login"),
        lambda raw: raw.update(role="emperor"),
        lambda raw: raw.update(failures="many"),
        lambda raw: raw.update(invented=1),
    ],
)
def test_a_text_that_does_not_fit_is_refused(change: object) -> None:
    raw = {"id": "1", "login": "a", "name": "王芳", "role": "clerk", "active": True, "failures": 0}
    assert from_json(Operator, json.dumps(raw)).name == "王芳"
    change(raw)  # type: ignore[operator]
    with pytest.raises(CodecError):
        from_json(Operator, json.dumps(raw))


def test_a_field_that_older_programs_did_not_write_gets_its_default() -> None:
    operator = from_json(Operator, '{"id":"1","login":"a","name":"n","role":"admin"}')
    assert operator.active
    assert operator.failures == 0
