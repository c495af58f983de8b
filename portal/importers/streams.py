"""Blocks from outside: plain lists become cleaned stream values.

In a file a stream is a list of objects with one key, the type of the block, and its
value: `[{"text": "<p>...</p>"}, {"inset_text": {"body": "<p>...</p>"}}]`. Beside the
type may stand a `key`: a name under which the block keeps its id in later versions.
Without it the id follows from the position.
"""

import uuid
from typing import Any

from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.blocks.stream_block import StreamValue

from portal.importers.problems import ImportProblem
from portal.importers.rich_text import editors_html

NAMESPACE = uuid.UUID("6f0d4a5e-52c5-4b0a-9d0e-0d3b8c3f4c11")


def clean_stream(
    block: blocks.StreamBlock, plain: Any, *, where: str, owner: str
) -> StreamValue:
    """The stream that `plain` describes, as the editor's form would accept it."""
    stored = StreamReader(owner).read_stream(block, plain, where)
    value = block.to_python(stored)
    try:
        return block.clean(value)
    except ValidationError as error:
        raise ImportProblem(*first_block_message(error, where)) from error


class StreamReader:
    """Reads one field of one page; `owner` keeps its ids apart from all others."""

    def __init__(self, owner: str) -> None:
        self.owner = owner
        self.keys: set[str] = set()

    def read_stream(
        self, block: blocks.StreamBlock, plain: Any, where: str
    ) -> list[dict[str, Any]]:
        if not isinstance(plain, list):
            raise ImportProblem(where, "This must be a list of blocks.")
        return [
            self.read_member(block, member, f"{where}[{index}]")
            for index, member in enumerate(plain)
        ]

    def read_member(
        self, block: blocks.StreamBlock, member: Any, where: str
    ) -> dict[str, Any]:
        types = [key for key in member if key != "key"] if member else []
        if not isinstance(member, dict) or len(types) != 1:
            raise ImportProblem(where, "A block has one type and its value.")
        name = types[0]
        if name not in block.child_blocks:
            raise ImportProblem(f"{where}.{name}", "This block is not known here.")
        identity = self.register(member["key"], where) if "key" in member else where
        value = self.read_value(
            block.child_blocks[name], member[name], f"{where}.{name}", identity
        )
        return {"type": name, "value": value, "id": self.id_of(identity)}

    def read_value(
        self, block: blocks.Block, plain: Any, where: str, identity: str
    ) -> Any:
        match block:
            case blocks.StreamBlock():
                return self.read_stream(block, plain, where)
            case blocks.StructBlock():
                return self.read_struct(block, plain, where, identity)
            case blocks.ListBlock():
                return self.read_list(block, plain, where, identity)
            case blocks.RichTextBlock():
                return editors_html(plain, block.features, where)
            case blocks.ChooserBlock():
                raise ImportProblem(where, "A file cannot choose a page or picture.")
        return plain

    def read_struct(
        self, block: blocks.StructBlock, plain: Any, where: str, identity: str
    ) -> dict[str, Any]:
        if not isinstance(plain, dict):
            raise ImportProblem(where, "This must be an object with keys.")
        for key in plain:
            if key not in block.child_blocks:
                raise ImportProblem(f"{where}.{key}", "This key is not known here.")
        return {
            key: self.read_value(
                block.child_blocks[key], value, f"{where}.{key}", f"{identity}.{key}"
            )
            for key, value in plain.items()
        }

    def read_list(
        self, block: blocks.ListBlock, plain: Any, where: str, identity: str
    ) -> list[dict[str, Any]]:
        if not isinstance(plain, list):
            raise ImportProblem(where, "This must be a list.")
        return [
            {
                "type": "item",
                "value": self.read_value(
                    block.child_block,
                    item,
                    f"{where}[{index}]",
                    f"{identity}[{index}]",
                ),
                "id": self.id_of(f"{identity}[{index}]"),
            }
            for index, item in enumerate(plain)
        ]

    def register(self, key: Any, where: str) -> str:
        if not isinstance(key, str) or not key:
            raise ImportProblem(f"{where}.key", "A key is a short text.")
        if key in self.keys:
            raise ImportProblem(f"{where}.key", f"The key “{key}” is used twice.")
        self.keys.add(key)
        return f"#{key}"

    def id_of(self, identity: str) -> str:
        return str(uuid.uuid5(NAMESPACE, f"{self.owner}/{identity}"))


def first_block_message(error: ValidationError, where: str) -> tuple[str, str]:
    """The first block that failed, as a path, and its message."""
    inner = getattr(error, "block_errors", None)
    if isinstance(inner, dict):
        inner = list(inner.items())
    elif isinstance(inner, list):
        inner = list(enumerate(inner))
    for key, child in inner or []:
        if child is not None:
            step = f"[{key}]" if isinstance(key, int) else f".{key}"
            return first_block_message(child, f"{where}{step}")
    non_block_errors = getattr(error, "non_block_errors", None)
    return where, " ".join((non_block_errors or error).messages)
