"""What is wrong with a file of content, said with its name and the field."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from portal.refusals import Refusal


class ImportProblem(Exception):
    """Stops the import of one file; nothing of that file is kept."""

    def __init__(self, field: str, message: str, file: str = "") -> None:
        self.field = field
        self.message = message
        self.file = file
        super().__init__(": ".join(part for part in (file, field, message) if part))


@contextmanager
def problems_of(file: Path) -> Iterator[None]:
    """Names the file in whatever the models and services say about its content."""
    name = f"{file.parent.name}/{file.name}"
    try:
        yield
    except ImportProblem as problem:
        raise ImportProblem(problem.field, problem.message, name) from problem
    except ValidationError as error:
        raise ImportProblem(*first_message(error), name) from error
    except Refusal as refusal:
        raise ImportProblem("", str(refusal), name) from refusal


def first_message(error: ValidationError) -> tuple[str, str]:
    """The first field that failed and what Django says about it."""
    if not hasattr(error, "error_dict"):
        return "", " ".join(error.messages)
    field, messages = next(iter(error.message_dict.items()))
    return "" if field == NON_FIELD_ERRORS else field, " ".join(messages)
