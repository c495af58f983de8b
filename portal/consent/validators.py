"""What may be declared as a cookie: anything else breaks the response header."""

import re

from django.core.validators import RegexValidator

COOKIE_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


def is_cookie_name(name: str) -> bool:
    """Whether the name is a token as RFC 6265 asks."""
    return COOKIE_NAME.fullmatch(name) is not None


validate_cookie_name = RegexValidator(
    re.compile(rf"\A{COOKIE_NAME.pattern}\Z"),
    "Use only letters, digits, hyphens, underscores and full stops in the name of a "
    "cookie, without spaces.",
    "invalid_cookie_name",
)
validate_pattern = RegexValidator(
    re.compile(r"\A[!-~]+\Z"),
    "Use letters, digits and signs without spaces; “*” stands for any characters.",
    "invalid_pattern",
)
validate_cookie_path = RegexValidator(
    re.compile(r"\A/[!-:<-~]*\Z"),
    "Begin the path with “/” and leave out spaces and semicolons.",
    "invalid_cookie_path",
)
validate_cookie_domain = RegexValidator(
    re.compile(r"\A\.?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\Z"),
    "Enter a domain such as example.org or .example.org, or leave it blank.",
    "invalid_cookie_domain",
)
validate_varname = RegexValidator(
    re.compile(r"\A[A-Za-z0-9-][-_A-Za-z0-9]*\Z"),
    "Use letters, digits, hyphens and underscores, and do not begin with “_”.",
    "invalid_varname",
)
