"""Which pages are looked at: what the sitemap lists, and what it leaves out."""

import re
import urllib.request
from dataclasses import dataclass
from urllib.parse import urlsplit
from xml.etree import ElementTree

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
# Kinds of listed page, by address; what precedes is a language, if anything.
KINDS = [
    (r"/", "home"),
    (r"/treatments/", "A to Z of treatments"),
    (r"/treatments/specialty/[^/]+/", "specialty"),
    (r"/treatments/[^/]+/", "treatment"),
    (r"/policies/", "list of policies"),
    (r"/policies/[^/]+/", "policy"),
    (r"/policies/[^/]+/versions/\d+/", "version"),
    (r"/api/", "data"),
    (r"/[^/]+/", "standard page"),
]
LANGUAGE = re.compile(r"^/(?P<language>[a-z]{2})(?=/)")
NOT_LISTED = {
    "search with results": "/search/?q=knee",
    "search, nothing found": "/search/?q=xqzzk",
    "cookies": "/cookies/",
    "follow": "/follow/?topic=policy:{policy}",
    "report a problem": "/feedback/problem/?page=/policies/{policy}/",
    "history": "/policies/{policy}/history/",
    "checklist": "/policies/{policy}/checklist/",
    "version on a date": "/policies/{policy}/on/",
    "choose versions": "/policies/{policy}/compare/",
    "comparison": "/policies/{policy}/compare/1..2/",
    "not found": "/no-such-page/",
}


@dataclass(frozen=True)
class Address:
    """One page: where it is, and which kind of page it stands for."""

    path: str
    kind: str

    @property
    def is_an_error(self) -> bool:
        return self.kind == "not found"

    @property
    def is_for_search_engines(self) -> bool:
        return self.kind.split(" (")[0] not in NOT_LISTED


def listed(base: str) -> list[Address]:
    """What the sitemap lists, each with its kind."""
    tree = ElementTree.fromstring(fetched(f"{base}/sitemap.xml"))
    paths = [urlsplit(node.text or "").path for node in tree.iter(SITEMAP)]
    return [Address(path, kind_of(path)) for path in paths]


def kind_of(path: str) -> str:
    language = LANGUAGE.match(path)
    rest = LANGUAGE.sub("", path)
    kind = next(name for pattern, name in KINDS if re.fullmatch(pattern, rest))
    return f"{kind} ({language['language']})" if language else kind


def one_of_each_kind(base: str, every: list[Address]) -> list[Address]:
    """The longest page of each kind, and the pages that no sitemap lists."""
    sizes = {address: len(fetched(base + address.path)) for address in every}
    longest: dict[str, Address] = {}
    for address in sorted(every, key=lambda address: sizes[address]):
        longest[address.kind] = address
    policy = policy_with_history(base, every)
    return [
        *longest.values(),
        *(
            Address(path.format(policy=policy), kind)
            for kind, path in NOT_LISTED.items()
        ),
    ]


def policy_with_history(base: str, every: list[Address]) -> str:
    """The short name of the policy with most versions that has a checklist."""
    slugs = [
        address.path.strip("/").split("/")[-1]
        for address in every
        if address.kind == "policy"
    ]
    with_checklist = [
        slug
        for slug in slugs
        if f"/policies/{slug}/checklist/" in page_text(f"{base}/policies/{slug}/")
    ]
    return max(with_checklist, key=lambda slug: versions_of(base, slug))


def versions_of(base: str, slug: str) -> int:
    history = page_text(f"{base}/policies/{slug}/history/")
    return len(set(re.findall(rf"/policies/{slug}/versions/(\d+)/", history)))


def fetched(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=30) as answer:
        return answer.read()


def page_text(address: str) -> str:
    return fetched(address).decode()
