"""No text that anybody stored runs as a script, on any screen that shows it.

The browser is told to overlook the content security policy, which would hide a text
that is not escaped. PORTAL_STORED_TEXTS sets how many texts are stored; beyond the
first 28 they are the same ones in other spellings, 17 of each. One check is one text
that one screen was seen to hold.
"""

import os
import re
from html import escape
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest
from wagtail.models import Site

from pages.models import SiteBrand, TreatmentPage
from policies.feedback.models import Answer, Feedback
from policies.models import PolicyPage
from tests.browser.journeys import NewPage, SignIn, opener, status_of
from tests.factories.approval import (
    approve_fully,
    publish_next,
    publish_policy,
    submit,
    write_draft,
)
from tests.factories.pages import (
    PolicyPageFactory,
    SpecialtyFactory,
    TreatmentPageFactory,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]

PAYLOADS = [
    "<script>ran()</script>",
    '"><img src=x onerror=ran()>',
    "'><svg onload=ran()>",
    "</title><script>ran()</script>",
    "</textarea><script>ran()</script>",
    "</script><script>ran()</script>",
    "--><script>ran()</script>",
    "]]><script>ran()</script>",
    "</style><script>ran()</script>",
    "</noscript><img src=x onerror=ran()>",
    "</template><img src=x onerror=ran()>",
    '" autofocus onfocus=ran() x="',
    "' autofocus onfocus=ran() x='",
    '<iframe srcdoc="<script>parent.ran()</script>">',
    "<details open ontoggle=ran()>",
    "<math><mtext></table><img src=x onerror=ran()>",
    "<video><source onerror=ran()>",
    "<body onload=ran()>",
    "<style onload=ran()></style>",
    "&lt;script&gt;ran()&lt;/script&gt;",
    "\\u003cscript\\u003eran()\\u003c/script\\u003e",
    '"-ran()-"',
    "'-ran()-'",
    "`-ran()-`",
    "${ran()}",
    "{{constructor.constructor('ran()')()}}",
    "{% load x %}<img src=x onerror=ran()>",
    "javascript:ran()",
]
# What a filter may read over that looks for the plain spelling.
SPELLINGS = [
    lambda text: text,
    lambda text: re.sub(r"</?[a-z]+|on[a-z]+=", lambda it: it[0].title(), text),
    lambda text: text.replace(" ", "\t"),
    lambda text: text.replace(" ", "/"),
    lambda text: escape(escape(text)),
    lambda text: quote(text),
    lambda text: text.replace("<", "\uff1c").replace(">", "\uff1e"),
    lambda text: text.upper().replace("RAN()", "ran()"),
    lambda text: "".join(f"&#{ord(sign)};" for sign in text),
    lambda text: f"<p title='{text}",
    lambda text: f"<!-- {text}",
    lambda text: f"<![CDATA[{text}",
    lambda text: f"</b>{text}<b>",
    lambda text: f"{text}\n{text}",
    lambda text: f"<svg>{text}",
    lambda text: f"<table>{text}",
    lambda text: f"<select><option>{text}",
]
NUMBER = int(os.environ.get("PORTAL_STORED_TEXTS", "28"))
SPELT = dict.fromkeys(spell(text) for spell in SPELLINGS for text in PAYLOADS)
TEXTS = [f"{text} " for text in SPELT][:NUMBER]
ALL = "".join(TEXTS)
SHORT = PAYLOADS[1]
LONGEST_TITLE = 65
# A comparison of texts as long as all of these takes its time.
NAVIGATION_MILLISECONDS = 120_000
# Tenths of a second that the browser has for the one script that is to run.
PATIENCE = 200
HELD = """texts => {
    const parts = [document.documentElement.textContent];
    for (const one of document.querySelectorAll("*"))
        parts.push(one.value ?? "", ...[...one.attributes].map(it => it.value));
    const all = parts.join("\\n").replace(/\\s/g, "");
    return texts.filter(text => all.includes(text.replace(/\\s/g, ""))).length;
}"""
RICH = f"<p>{escape(ALL)}</p>"
PUBLIC = """
    / /treatments/ /treatments/stored-text/ /treatments/specialty/stored/ /policies/
    /policies/sp-666/ /policies/sp-666/versions/1/ /policies/sp-666/history/
    /policies/sp-666/compare/1..2/ /policies/sp-666/checklist/ /policies/sp-666/on/
    /search/?q=ran /follow/?topic=policy:sp-666 /feedback/?page=/policies/sp-666/
    /feedback/problem/?page=/policies/sp-666/
"""
AUTHOR = """
    /admin/ /admin/pages/{index}/ /admin/pages/{treatment}/edit/
    /admin/pages/{treatment}/history/ /admin/pages/{policy}/edit/
    /admin/pages/{policy}/history/
    /admin/pages/{policy}/revisions/compare/earliest...latest/
    /admin/policies/changes/ /admin/feedback/
    /admin/snippets/pages/specialty/ /admin/snippets/pages/specialty/edit/{specialty}/
    /admin/pages/search/?q=ran
"""
CLINICIAN = "/admin/ /admin/policies/changes/ /admin/policies/changes/{change}/"
GOVERNANCE = "/admin/policies/ledger/ /admin/audit/"


def criteria() -> list[Any]:
    leaf = {
        "kind": "condition",
        "text": ALL,
        "unless": ALL,
        "lay_wording": ALL,
        "help_for_clinicians": ALL,
        "evidence_needed": SHORT,
        "quantities": [],
    }
    return [("group", {"rule": "all_of", "members": [("criterion", leaf)]})]


def stored_treatment(people: SimpleNamespace, specialty: Any) -> TreatmentPage:
    section = [("text", RICH)]
    treatment: TreatmentPage = TreatmentPageFactory(
        title=SHORT,
        slug="stored-text",
        specialty=specialty,
        search_description=ALL,
        other_names=SHORT,
        introduction=ALL,
        what_it_is=section,
        why_it_is_done=section,
        alternatives=section,
        recovery=section,
        risks=[("risk", {"name": SHORT, "people_affected": 1})],
        area_note=ALL,
        change_note=ALL,
        author=people.author,
    )
    approve_fully(submit(treatment, people.author), people)
    return treatment


@pytest.fixture
def stored(site: Site, people: SimpleNamespace) -> SimpleNamespace:
    """Every field for words of a policy and a treatment, published and in review."""
    specialty = SpecialtyFactory(name=SHORT, slug="stored", plain_name=SHORT)
    brand = SiteBrand.for_site(site)
    brand.organisation_name = SHORT
    brand.save()
    treatment = stored_treatment(people, specialty)
    words = {
        "lay_summary": ALL,
        "scope": RICH,
        "exclusions": RICH,
        "rationale": RICH,
        "change_note": ALL,
    }
    policy: PolicyPage = PolicyPageFactory(
        reference="SP-666",
        title=SHORT,
        specialty=specialty,
        owner_team=SHORT,
        predecessors=SHORT,
        local_label=SHORT,
        criteria=criteria(),
        internal_note=ALL,
        **words,
    )
    policy.treatments.set([treatment])
    policy.save_revision(user=people.author)
    version = publish_policy(policy, people)
    anew, again = f"Anew. {ALL}", f"Again. {ALL}"
    publish_next(policy, people, lay_summary=anew, change_note=anew)
    write_draft(policy, people.author, lay_summary=again, change_note=again)
    short = [text for text in TEXTS if len(text) <= LONGEST_TITLE]
    for number, text in enumerate(short):
        PolicyPageFactory(
            reference=f"SP-{7000 + number}", title=text, author=people.author
        )
        SpecialtyFactory(name=text, slug=f"stored-{number}")
    change = submit(policy, people.author)
    Feedback.objects.create(
        page=policy, version=version, answer=Answer.PROBLEM, text=ALL[:1000]
    )
    return SimpleNamespace(
        treatment=treatment.pk,
        policy=policy.pk,
        index=policy.get_parent().pk,
        change=change.pk,
        specialty=specialty.pk,
    )


def test_no_stored_text_runs(
    new_page: NewPage,
    sign_in: SignIn,
    stored: SimpleNamespace,
    people: SimpleNamespace,
    record_property: Any,
) -> None:
    ran: list[str] = []
    checks = screens = 0
    unanswered: list[str] = []
    silent: list[str] = []
    visitor = new_page(bypass_csp=True)
    open_as = opener(new_page, sign_in)
    rounds = [
        (visitor, PUBLIC),
        (open_as(people.author, bypass_csp=True), AUTHOR),
        (open_as(people.clinician, bypass_csp=True), CLINICIAN),
        (open_as(people.governance, bypass_csp=True), GOVERNANCE),
    ]
    for page, addresses in rounds:
        page.set_default_navigation_timeout(NAVIGATION_MILLISECONDS)
        page.context.expose_binding("ran", lambda at: ran.append(at["page"].url))
        for address in addresses.format(**vars(stored)).split():
            if status_of(page, address) != 200:
                unanswered.append(address)
            page.wait_for_timeout(100)
            if "ran()" not in page.locator("body").inner_text():
                silent.append(address)
            checks += page.evaluate(HELD, TEXTS)
            screens += 1

    counted = f"{len(TEXTS)} texts, {screens} screens, {checks} checks"
    record_property("stored", f"{counted}, {len(ran)} ran")
    assert not ran
    assert not unanswered
    assert not silent
    # A text that is not escaped would have been noticed.
    visitor.evaluate("text => document.body.innerHTML += text", SHORT)
    for _ in range(PATIENCE):
        if ran:
            break
        visitor.wait_for_timeout(100)
    assert ran
