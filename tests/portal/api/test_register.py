"""The register as a file, and the feeds: whole, harmless, sent once."""

import csv
import io
import json
from xml.etree import ElementTree

import pytest

from pages.models import Specialty
from tests.factories.bulk import copy_policies

pytestmark = pytest.mark.django_db
SPECIALTY_FEED = "/policies/feed/specialty/musculoskeletal/"
ENTRY = "{http://www.w3.org/2005/Atom}entry"


def rows_of(response):
    text = b"".join(response).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_register_has_every_version_with_its_time(client, register):
    rows = rows_of(client.get("/policies/register.csv"))

    assert [(row["reference"], row["number"]) for row in rows] == [
        ("SP-100", "1"),
        ("SP-100", "2"),
        ("SP-200", "1"),
        ("SP-200", "2"),
    ]
    first, second, before, ended = rows
    assert first["in_force_until"] == second["in_force_from"]
    assert [row["applies"] for row in rows] == ["False", "True", "False", "False"]
    assert [row["status"] for row in rows] == [
        *("superseded", "in_force", "superseded", "withdrawn")
    ]
    assert first["codes_included"] == "OPCS-4 W90.3; ICD-10 M17.1"
    assert first["codes_excluded"] == "OPCS-4 W90.4"
    assert before["position"] == "Routinely commissioned"
    assert (ended["status"], ended["position"], ended["lay_summary"]) == (
        "withdrawn",
        "",
        "",
    )


def test_no_cell_is_a_formula(client, register):
    first = rows_of(client.get("/policies/register.csv"))[0]
    data = client.get("/policies/register.json")

    assert first["lay_summary"] == "'=1+1 is the first summary."
    assert b'"=1+1 is the first summary."' in b"".join(data)


def test_register_as_json_has_the_same_rows(client, register):
    response = client.get("/policies/register.json")

    versions = json.loads(b"".join(response))["versions"]
    assert [row["number"] for row in versions] == [1, 2, 1, 2]
    assert list(versions[0]) == list(rows_of(client.get("/policies/register.csv"))[0])
    assert response["Access-Control-Allow-Origin"] == "*"


def test_register_is_read_in_few_questions(
    client, register, django_assert_max_num_queries
):
    copy_policies(register.policy.versions.get(number=2), 60)

    with django_assert_max_num_queries(4):
        rows = rows_of(client.get("/policies/register.csv"))

    assert len(rows) == 64


@pytest.mark.parametrize(
    "address",
    [
        "/policies/register.csv",
        "/policies/register.json",
        "/policies/feed/",
        SPECIALTY_FEED,
    ],
)
def test_reader_that_asks_again_costs_one_question(
    client, register, address, django_assert_max_num_queries
):
    first = client.get(address)
    client.get(address)

    with django_assert_max_num_queries(2):
        again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert again["Cache-Control"] == "public, max-age=0, must-revalidate"
    by_date = {"If-Modified-Since": first["Last-Modified"]}
    assert client.get(address, headers=by_date).status_code == 304

    register.publish()
    fresh = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert fresh.status_code == 200


def test_specialty_has_a_feed_of_its_policies(client, register):
    Specialty.objects.create(name="Eyes", slug="eyes")

    feed = ElementTree.fromstring(client.get(SPECIALTY_FEED).content)
    other = ElementTree.fromstring(client.get("/policies/feed/specialty/eyes/").content)
    page = client.get("/treatments/specialty/musculoskeletal/").content.decode()

    assert len(feed.findall(ENTRY)) == 4
    assert other.findall(ENTRY) == []
    assert SPECIALTY_FEED in page
    assert client.get("/policies/feed/specialty/none/").status_code == 404


def test_list_of_policies_leads_to_data_and_feeds(client, register):
    page = client.get("/policies/").content.decode()

    for address in ("/policies/register.csv", "/policies/feed/", "/api/"):
        assert f'href="{address}"' in page
        assert client.get(address).status_code == 200
