"""The words of the public pages in the languages whose interface is translated."""

import re
from gettext import GNUTranslations
from pathlib import Path
from subprocess import run

import pytest
from django.conf import settings

LOCALE = Path(settings.LOCALE_PATHS[0])
CODES = [code for code in settings.INTERFACE_LANGUAGES if code != "en-gb"]
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
NAMED = re.compile(r"^msgid \"(.+)\"$", re.MULTILINE)

pytestmark = pytest.mark.once


def catalogue(code: str) -> GNUTranslations:
    with (LOCALE / code / "LC_MESSAGES" / "django.mo").open("rb") as compiled:
        return GNUTranslations(compiled)


def entries(code: str) -> dict[str | tuple[str, int], str]:
    words = dict(catalogue(code)._catalog)  # type: ignore[attr-defined]
    words.pop("")
    return words


@pytest.fixture(scope="module")
def source_words(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """What xgettext finds in the code and the templates as they are now."""
    work = tmp_path_factory.mktemp("words")
    files = [
        path
        for folder in ("pages", "policies", "portal")
        for path in Path(folder).rglob("*.py")
    ]
    text = "\n".join(path.read_text() for path in files)
    from django.utils.translation.template import templatize

    for path in Path("templates").rglob("*.html"):
        text += "\n" + templatize(path.read_text(), origin=str(path))
    (work / "all.py").write_text(text)
    run(
        [
            "xgettext",
            "--language=Python",
            "--from-code=UTF-8",
            "--no-wrap",
            "--keyword=gettext_noop",
            "--keyword=gettext_lazy",
            "--output=all.pot",
            "all.py",
        ],
        cwd=work,
        check=True,
        capture_output=True,
    )
    return set(NAMED.findall((work / "all.pot").read_text()))


@pytest.mark.parametrize("code", CODES)
def test_every_word_is_translated_with_its_placeholders(
    code: str, source_words: set[str]
) -> None:
    words = entries(code)
    known = {key if isinstance(key, str) else key[0] for key in words}

    assert len(source_words) > 100
    assert known == source_words
    for key, translated in words.items():
        msgid = key if isinstance(key, str) else key[0]
        assert translated.strip()
        assert set(PLACEHOLDER.findall(translated)) == set(PLACEHOLDER.findall(msgid))


@pytest.mark.parametrize("code", CODES)
def test_the_compiled_words_are_those_of_the_source(code: str, tmp_path: Path) -> None:
    folder = LOCALE / code / "LC_MESSAGES"
    source = (folder / "django.po").read_text()
    assert "#, fuzzy" not in source
    compiled = tmp_path / "django.mo"

    run(
        ["msgfmt", "--check-format", f"--output-file={compiled}", folder / "django.po"],
        check=True,
    )

    assert compiled.read_bytes() == (folder / "django.mo").read_bytes()


def test_polish_counts_as_poles_do() -> None:
    polish = catalogue("pl")
    counted = {
        number: polish.ngettext("%(total)s result", "%(total)s results", number)
        for number in (1, 2, 5, 12, 22, 25, 112)
    }
    assert counted == {
        1: "%(total)s wynik",
        2: "%(total)s wyniki",
        5: "%(total)s wyników",
        12: "%(total)s wyników",
        22: "%(total)s wyniki",
        25: "%(total)s wyników",
        112: "%(total)s wyników",
    }
