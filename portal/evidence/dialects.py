"""The words in which PostgreSQL and SQLite differ where rules are stated."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Dialect:
    """The words in which the two databases differ; `{json}` is a JSON column."""

    is_not: str
    member: str
    length: str
    same_json: str

    def text_of(self, json: str, key: str) -> str:
        return f"CAST({self.member.format(json=json, key=key)} AS TEXT)"

    def length_of(self, json: str, key: str) -> str:
        return f"COALESCE({self.length.format(json=json, key=key)}, 0)"

    def as_json(self, text: str) -> str:
        return self.same_json.format(text=text)


POSTGRESQL = Dialect(
    is_not="IS DISTINCT FROM",
    member="{json}->>'{key}'",
    length="jsonb_array_length({json}->'{key}')",
    same_json="CAST({text} AS jsonb)",
)
SQLITE = Dialect(
    is_not="IS NOT",
    member="json_extract({json}, '$.{key}')",
    length="json_array_length({json}, '$.{key}')",
    same_json="json({text})",
)
