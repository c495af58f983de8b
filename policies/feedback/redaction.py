"""Takes out of a reader's words what might say who somebody is.

Nobody is asked for it, and some write it all the same. It finds e-mail addresses and
long numbers, as of the NHS and of telephones. Names it cannot find.
"""

import re
import unicodedata

REMOVED = "[removed]"
# Characters that turn the direction of what follows, or cannot be seen. Joiners stay:
# Urdu and Bengali are written with them.
UNSEEN = re.compile("[\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069\u00ad]")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
ADDRESS = re.compile(r"[^\s@<>]{1,64}@[^\s@<>]{1,190}\.[^\s@<>.]{2,}")
BETWEEN = r"[\s().\-/‐-―\u200c-\u200f]"
# Nine figures or more, with up to three signs between two of them: the number of a
# patient has ten, that of a telephone ten to thirteen. A date has eight.
NUMBER = re.compile(rf"\+?\d(?:{BETWEEN}{{0,3}}\d){{8,}}")


def redacted(text: str) -> str:
    """The text, in one form of Unicode, without addresses and long numbers."""
    plain = unicodedata.normalize("NFKC", text).replace("\r\n", "\n")
    plain = CONTROL.sub("", UNSEEN.sub("", plain))
    return NUMBER.sub(REMOVED, ADDRESS.sub(REMOVED, plain)).strip()
