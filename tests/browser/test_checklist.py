"""The checklist as a referrer uses it, and its script against the server's own sum."""

from random import Random
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Page, expect
from wagtail.models import Site

from policies.criteria.evaluation import Answer, questions_of, settling, ticked
from policies.models import PolicyVersion
from tests.browser.axe import assert_no_axe_violations
from tests.browser.conftest import NewPage
from tests.browser.test_public_pages import TEXT_SPACING, overflow
from tests.factories.approval import publish_policy
from tests.factories.pages import PolicyPageFactory
from tests.factories.people import sample_people
from tests.policies.criteria_trees import sample_trees
from tests.policies.test_checklist import CRITERIA

CHECKLIST = "/policies/sp-100/checklist/"
ROUNDS_OF_EACH_TREE = 20
# Puts a tree into the form, ticks it, and reads what the script made of it.
JUDGE_IN_PAGE = """cases => cases.map(({html, rows, ticks}) => {
  const form = document.querySelector("[data-checklist]");
  form.querySelector("[data-node]").outerHTML = html;
  document.querySelector("[data-summary] tbody").innerHTML = rows;
  for (const [key, value] of Object.entries(ticks))
    document.getElementById(`${key}-${value}`).checked = true;
  form.dispatchEvent(new Event("change"));
  return {
    outcome: document.querySelector("[data-outcome]:not([hidden])").dataset.outcome,
    told: [...document.querySelectorAll("[data-row]")]
      .filter((row) => row.cells[2].textContent)
      .map((row) => row.dataset.row),
  };
})"""
UNBREAKABLE = "https://example.org/" + "a" * 60
# The words of the summary's cells that stand on more than one line.
BROKEN_WORDS = """() => [...document.querySelectorAll("main table :is(th, td)")]
  .flatMap((cell) => {
    const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    const broken = [];
    while (walker.nextNode()) {
      for (const word of walker.currentNode.data.matchAll(/\\S+/g)) {
        const range = document.createRange();
        range.setStart(walker.currentNode, word.index);
        range.setEnd(walker.currentNode, word.index + word[0].length);
        const tops = [...range.getClientRects()].map((line) => line.top);
        if (new Set(tops).size > 1) broken.push(word[0]);
      }
    }
    return broken;
  })"""


@pytest.fixture
def version(site: Site) -> PolicyVersion:
    people: SimpleNamespace = sample_people()
    policy = PolicyPageFactory(
        reference="SP-100", criteria=CRITERIA, author=people.author
    )
    return publish_policy(policy, people)


def tick(page: Page, question: str, answer: str) -> None:
    group = page.get_by_role("group", name=question, exact=True)
    group.get_by_label(answer, exact=True).check()


def test_browser_works_out_what_the_server_would(
    page: Page, version: PolicyVersion
) -> None:
    """Every tree of the sample content, each with random ticks."""
    cases, expected = [], []
    for name, tree in sample_trees().items():
        draw = Random(name)
        for _round in range(ROUNDS_OF_EACH_TREE):
            ticks = {
                question.key: draw.choices(list(Answer), weights=[5, 3, 1])[0]
                for question in questions_of(ticked(tree, {}))
            }
            top = ticked(tree, ticks)
            cases.append({
                "html": render_to_string(
                    "policies/checklist/gate.html",
                    {"gate": ticked(tree, {})},
                ),
                "rows": "".join(
                    f'<tr data-row="{key}"><th></th><td></td><td></td></tr>'
                    for key in ticks
                ),
                "ticks": {key: value.value for key, value in ticks.items()},
            })  # fmt: skip
            expected.append(
                {
                    "outcome": top.answer.value,
                    "told": [question.key for question in settling(top)],
                }
            )

    page.goto(CHECKLIST)

    assert page.evaluate(JUDGE_IN_PAGE, cases) == expected
    assert {case["outcome"] for case in expected} == set(Answer.values)


def test_referrer_ticks_copies_and_prints_a_summary(
    new_page: NewPage, version: PolicyVersion
) -> None:
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto(CHECKLIST)
    form, table = page.locator("form[data-checklist]"), page.locator("main table")
    page.emulate_media(media="print")
    expect(form).to_be_visible()
    expect(table).to_be_hidden()
    page.emulate_media(media="screen")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))

    tick(page, "1 Pain for 3 months.", "Not met")
    tick(page, "1 Unless: a <flare>.", "Met")
    assert_no_axe_violations(page)
    expect(page.get_by_role("status").first).to_contain_text("Not known yet")
    tick(page, "2.1 Infection.", "Does not apply")
    page.get_by_role("button", name="Copy the summary").click()

    expect(page.get_by_text("Copied.")).to_be_visible()
    summary = page.evaluate("navigator.clipboard.readText()")
    lines = summary.splitlines()
    assert lines[0] == "The criteria are met."
    assert f"checksum {version.content_hash[:12]}" in summary
    assert "/policies/sp-100/versions/1/" in summary
    assert "1 Pain for 3 months. | Not met" in lines
    assert "1 Unless: a <flare>. | Met | Decides the result" in lines
    assert "2 Not this: | Met" in lines
    assert "2.1 Infection. | Does not apply | Decides the result" in lines
    page.emulate_media(media="print")
    expect(form).to_be_hidden()
    expect(table).to_be_visible()
    assert sent == []
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_referrer_gets_the_result_without_scripts(
    page_without_scripts: Page, version: PolicyVersion
) -> None:
    page = page_without_scripts
    page.goto(CHECKLIST)
    tick(page, "2.1 Infection.", "Applies")
    page.get_by_role("button", name="Work out the result").click()

    expect(page.get_by_text("The criteria are not met.")).to_be_visible()
    expect(page.get_by_role("button", name="Copy the summary")).to_be_hidden()
    assert page.url.endswith("/versions/1/checklist/#result")
    assert page.context.cookies() == []


@pytest.mark.parametrize("width", [360, 320])
def test_words_of_the_result_stay_whole_on_a_phone(
    new_page: NewPage, version: PolicyVersion, width: int
) -> None:
    page = new_page(viewport={"width": width, "height": 740})
    page.goto(CHECKLIST)
    tick(page, "1 Pain for 3 months.", "Not met")
    tick(page, "2.1 Infection.", "Does not apply")

    assert page.evaluate(BROKEN_WORDS) == []
    page.evaluate(TEXT_SPACING)
    assert page.evaluate(BROKEN_WORDS) == []
    page.locator("tbody th").last.evaluate(
        "(cell, text) => cell.append(text)", UNBREAKABLE
    )
    assert page.evaluate(BROKEN_WORDS) == [UNBREAKABLE]
    assert overflow(page) == 0
