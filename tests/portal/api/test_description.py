"""The description of the API is true: schemathesis asks what it allows and forbids."""

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given
from schemathesis import GenerationMode

from portal.handlers import PortalHandler

pytestmark = [pytest.mark.django_db, pytest.mark.once]
DESCRIPTION = "/api/v1/openapi.json"
# By each address of the API, parameters that lead to data.
REAL = {
    "reference": "sp-100",
    "number": 1,
    "day": "2026-02-03",
    "slug": "knee-injections",
    "system": "opcs-4",
    "code": "W90.3",
}


@pytest.fixture(scope="module")
def operations(register):
    # As in Django's own test client: the ledger of this module is not committed.
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    schema = schemathesis.openapi.from_wsgi(DESCRIPTION, PortalHandler())
    yield [operation.ok() for operation in schema.get_all_operations()]
    for signal in signals:
        signal.connect(close_old_connections)


def test_description_names_every_kind_of_data(operations):
    assert len(operations) == 14
    assert all(operation.definition.raw["summary"] for operation in operations)


def test_real_answers_have_the_described_shapes(operations):
    for operation in operations:
        case = operation.Case(
            path_parameters={
                parameter.name: REAL[parameter.name]
                for parameter in operation.path_parameters
            },
            query={
                parameter.name: REAL[parameter.name]
                for parameter in operation.query
                if parameter.is_required
            },
        )

        response = case.call()

        assert response.status_code == 200, operation.label
        case.validate_response(response)


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_any_request_gets_a_described_answer(operations, mode):
    asked = 0

    for operation in operations:
        # Addresses without any parameter cannot be asked wrongly.
        is_plain = not (operation.path_parameters or operation.query)
        if mode is GenerationMode.NEGATIVE and is_plain:
            continue

        @hypothesis.settings(
            max_examples=8,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case):
            nonlocal asked
            asked += 1
            case.call_and_validate()

        ask()

    assert asked > 50
