"""Somebody who opens every address that there is to find or to guess."""

import random
import re
from collections import deque
from collections.abc import Iterable, Iterator

from django.db import transaction
from django.http.cookie import SimpleCookie
from django.test import Client

from tests.site.door_addresses import CONVERTED, routes

LINK = re.compile(rb'(?:href|src|action|data-[a-z-]*url[a-z-]*)="(/[^"#<> ]*)"')
# Signing out ends the walk, and files of the design hold nothing of anybody.
PASSED_BY = re.compile(r"/(static|_debug)/|logout")
HIGHEST_KEY = 40
# Part of a word that is looked for, so that the question does not hold the word itself.
PART_LEFT_OUT = 1


class Walker:
    """Opens addresses in turn: those given, those found on the way, then guesses.

    Every request is undone, and cookies that it set are forgotten.
    """

    def __init__(self, client: Client, chance: random.Random, start: Iterable[str]):
        self.client = client
        self.chance = chance
        self.cookies = {name: morsel.value for name, morsel in client.cookies.items()}
        self.waiting = deque(start)
        self.seen = set(self.waiting)

    def answers(
        self, number: int, guesses: Iterator[str]
    ) -> Iterator[tuple[str, int, bytes]]:
        """Address, status and body of so many requests."""
        for _ in range(number):
            address = self.waiting.popleft() if self.waiting else self.unseen(guesses)
            status, body = self.open(address)
            self.remember(body)
            yield address, status, body

    def unseen(self, guesses: Iterator[str]) -> str:
        address = next(guess for guess in guesses if guess not in self.seen)
        self.seen.add(address)
        return address

    def open(self, address: str) -> tuple[int, bytes]:
        with transaction.atomic():
            response = self.client.get(address)
            body = response.getvalue()
            transaction.set_rollback(True)
        self.client.cookies = SimpleCookie(self.cookies)
        # What the screen names in a heading is in its head too.
        head = " ".join(f"{name}: {value}" for name, value in response.headers.items())
        return response.status_code, head.encode() + b"\n" + body

    def remember(self, body: bytes) -> None:
        for found in dict.fromkeys(LINK.findall(body)):
            address = found.decode(errors="replace").replace("&amp;", "&")
            if address not in self.seen and not PASSED_BY.search(address):
                self.seen.add(address)
                self.waiting.append(address)


def guesses_of_staff(chance: random.Random, words: list[str]) -> Iterator[str]:
    """Every route of the staff's ground, with keys and questions made up."""
    paths = [route for _view, route in routes()]
    queries = ["", "?export=csv", "?export=xlsx", "?p=2", *questions(words)]
    while True:
        key = str(chance.randint(1, HIGHEST_KEY))
        path = CONVERTED.sub(key, chance.choice(paths))
        if not PASSED_BY.search(path):
            yield f"/{path}{chance.choice(queries)}"


def questions(words: list[str]) -> list[str]:
    return [f"?q={word[:-PART_LEFT_OUT]}" for word in words]


def guesses_of_visitors(
    chance: random.Random, words: list[str], slugs: list[str], files: list[str]
) -> Iterator[str]:
    """Addresses of the public site with names, numbers and files made up."""
    policies = [f"{place}{slug}/" for slug in slugs for place in POLICY_PLACES]
    while True:
        key = chance.randint(1, HIGHEST_KEY)
        place = chance.choice([*policies, *OTHER_PLACES])
        more = chance.choice(POLICY_PAGES) if place in policies else ""
        query = chance.choice(["", "", *questions(words)])
        yield (place + more).format(key=key, file=chance.choice(files)) + query


POLICY_PLACES = [
    "/policies/",
    "/api/v1/policies/",
    "/treatments/",
    "/api/v1/treatments/",
]
POLICY_PAGES = [
    *("", "versions/{key}/", "history/", "checklist/", "feed/", "on/2099-01-01/"),
    *("compare/1..{key}/", "versions/{key}/checklist/", "criteria/", "versions/"),
    *("PlanDefinition", "Questionnaire", "versions/{key}/PlanDefinition"),
]
OTHER_PLACES = [
    *("/documents/{key}/{file}", "/media/documents/{file}", "/media/{file}"),
    *("/media/images/{file}", "/media/original_images/{file}", "/search/"),
    *("/api/v1/policies/", "/api/v1/treatments/", "/api/v1/changes/"),
    *("/policies/register.csv", "/policies/register.json", "/policies/feed/"),
    *("/feedback/?page=/policies/sp-{key}/", "/follow/?topic=policy:sp-{key}"),
    *("/sitemap.xml", "/policies/", "/treatments/", "/treatments/{file}/"),
]
