"""The mirror image of a style sheet, for languages that are written from the right.

Works on minified or readable CSS: swaps the left and right of declarations and leaves
selectors, addresses of files and logical properties alone. To mirror twice gives the
style sheet itself.
"""

import re

BLOCK = re.compile(r"\{([^{}]*)\}")
# Not what stands in quotes or in the address of a file.
KEPT = re.compile(r"url\([^)]*\)|\"[^\"]*\"|'[^']*'")
SIDES = {"left": "right", "right": "left"}
SIDE = re.compile(r"(?<![a-z])(left|right)(?![a-z])")
VALUES_WITH_SIDES = {
    "background",
    "background-position",
    "clear",
    "float",
    "text-align",
    "transform-origin",
    "transition",
    "transition-property",
    "will-change",
}
FOUR_SIDES = {
    "border-color",
    "border-style",
    "border-width",
    "inset",
    "margin",
    "padding",
    "scroll-margin",
    "scroll-padding",
}
PARTS = re.compile(r"(?:[^\s()]|\([^()]*(?:\([^()]*\)[^()]*)*\))+")
FIRST_LENGTH = re.compile(r"(?<![\w.#-])(-?)((?:\d*\.)?\d+)([a-z]*)")
TRANSLATION = re.compile(r"(translateX?)\(\s*(-?)((?:\d*\.)?\d+[a-z%]*)")
POLYGON = re.compile(r"(?<=polygon\()[^()]+")
ENDS = {"0": "100%", "100%": "0"}
TURN = re.compile(r"rotate\(\s*(-?)((?:\d*\.)?\d+(?:deg|turn|rad))")


def mirrored(styles: str) -> str:
    return BLOCK.sub(lambda block: "{" + mirrored_block(block[1]) + "}", styles)


def mirrored_block(block: str) -> str:
    kept: list[str] = []

    def put_aside(found: re.Match[str]) -> str:
        kept.append(found[0])
        return f"\x00{len(kept) - 1}\x00"

    declarations = KEPT.sub(put_aside, block).split(";")
    text = ";".join(mirrored_declaration(one) for one in declarations)
    return re.sub(r"\x00(\d+)\x00", lambda found: kept[int(found[1])], text)


def mirrored_declaration(declaration: str) -> str:
    name, colon, value = declaration.partition(":")
    plain = name.strip()
    if not colon or plain.startswith("--"):
        return declaration
    if plain in FOUR_SIDES:
        value = swapped_sides(value)
    elif plain == "border-radius":
        value = swapped_corners(value)
    elif plain == "transform":
        value = TRANSLATION.sub(negated, TURN.sub(turned_back, value))
    elif plain in {"clip-path", "-webkit-clip-path"}:
        value = POLYGON.sub(turned_over, value)
    elif plain == "box-shadow":
        value = ",".join(
            FIRST_LENGTH.sub(negated_length, shadow, count=1)
            for shadow in re.split(r",(?![^()]*\))", value)
        )
    elif plain in VALUES_WITH_SIDES:
        value = SIDE.sub(lambda found: SIDES[found[1]], value)
    return SIDE.sub(lambda found: SIDES[found[1]], name) + colon + value


def swapped_sides(value: str) -> str:
    """Top, right, bottom and left, of which all four are written."""
    parts = list(PARTS.finditer(value.replace("!important", "")))
    if len(parts) != 4:
        return value
    right, left = parts[1], parts[3]
    return (
        value[: right.start()]
        + left[0]
        + value[right.end() : left.start()]
        + right[0]
        + value[left.end() :]
    )


def swapped_corners(value: str) -> str:
    """Corners begin at the top left and go round."""
    parts = PARTS.findall(value)
    if "/" in value or len(parts) not in {2, 4} or "!important" in value:
        return value
    if len(parts) == 2:
        return f"{parts[1]} {parts[0]}"
    return f"{parts[1]} {parts[0]} {parts[3]} {parts[2]}"


def turned_over(found: re.Match[str]) -> str:
    """The corners of a shape, each across and down; those in between stay."""
    corners = [corner.split() for corner in found[0].split(",")]
    return ",".join(f"{ENDS.get(across, across)} {down}" for across, down in corners)


def negated(found: re.Match[str]) -> str:
    sign = "" if found[2] else "-"
    return f"{found[1]}({sign}{found[3]}"


def turned_back(found: re.Match[str]) -> str:
    sign = "" if found[1] else "-"
    return f"rotate({sign}{found[2]}"


def negated_length(found: re.Match[str]) -> str:
    if float(found[2]) == 0:
        return found[0]
    sign = "" if found[1] else "-"
    return f"{sign}{found[2]}{found[3]}"
