"""Clinical codes as people and data sets write them, with and without full stops."""

import re

NOT_PART_OF_A_CODE = re.compile(r"[\s.]+")


def code_key(code: str) -> str:
    """What `W90.3`, `w903` and `W90 3` have in common."""
    return NOT_PART_OF_A_CODE.sub("", code).upper()
