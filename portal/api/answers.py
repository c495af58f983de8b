"""What every address of the API shares: methods, parameters, errors and headers."""

from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from portal.api.parameters import Parameter, values_of
from portal.api.problems import Problem, problem_response
from portal.cache.headers import ask_before_reuse

METHODS = "GET, HEAD, OPTIONS"
DAY_IN_SECONDS = "86400"


class Described(NamedTuple):
    """What the description of the API says of a view."""

    parameters: tuple[Parameter, ...]
    schema: str
    content_type: str


Data = dict[str, Any]
Reader = Callable[..., Data]
View = Callable[..., HttpResponse]
DESCRIBED: dict[View, Described] = {}


def public_data(
    *parameters: Parameter, schema: str = "", content_type: str = "application/json"
) -> Callable[[Reader], View]:
    """Make a view of a function that returns data for bounded parameters.

    The function gets the values by name; `schema` names the shape of its data in the
    description. Anybody may read the answer from anywhere; a browser or cache that
    has it asks whether it still holds, as with the pages.
    """

    def decorate(read: Reader) -> View:
        # Nothing here writes, and a refused POST must say 405 rather than ask for
        # the token of a form.
        @csrf_exempt
        @wraps(read)
        def answer(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            try:
                response = answer_to(request, kwargs)
            except Problem as problem:
                response = problem_response(problem)
            if response.status_code == 405:
                response.headers["Allow"] = METHODS
            open_to_all(response)
            return response

        def answer_to(request: HttpRequest, kwargs: dict[str, Any]) -> HttpResponse:
            if request.method == "OPTIONS":
                return preflight()
            if request.method not in {"GET", "HEAD"}:
                raise Problem(405, "This data can only be read: use GET.")
            values = values_of(request, parameters)
            data = read(request, **kwargs, **values)
            response = JsonResponse(data, content_type=content_type)
            link_to_next(response, data)
            return response

        DESCRIBED[answer] = Described(parameters, schema, content_type)
        return answer

    return decorate


def preflight() -> HttpResponse:
    """A browser asks before it sends a header such as If-None-Match elsewhere."""
    response = HttpResponse(status=204)
    response.headers["Allow"] = METHODS
    response.headers["Access-Control-Allow-Methods"] = METHODS
    response.headers["Access-Control-Allow-Headers"] = "Accept, If-None-Match"
    response.headers["Access-Control-Max-Age"] = DAY_IN_SECONDS
    return response


def link_to_next(response: HttpResponse, data: Data) -> None:
    if data.get("next"):
        response.headers["Link"] = f'<{data["next"]}>; rel="next"'


def open_to_all(response: HttpResponse) -> None:
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "ETag, Link"
    # Data is for programs; search engines are to list the pages.
    response.headers["X-Robots-Tag"] = "noindex"
    ask_before_reuse(response)


@public_data()
def nothing_here(request: HttpRequest) -> Data:
    """Whatever else is asked below the API."""
    raise Problem(
        404,
        "Nothing is at this address. The addresses of lists and policies end with a "
        "slash; /api/ lists them all.",
    )
