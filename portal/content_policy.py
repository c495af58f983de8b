"""What a browser may run and load: one constant policy for the public, one for staff.

Pages of the staff's ground may carry inline scripts of Wagtail's widgets, each with the
nonce of its page. Widgets are made without the request, so it waits in a variable here.
"""

from contextvars import ContextVar
from typing import Any

from csp.constants import HEADER, SELF
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from wagtail.admin.widgets import BaseChooser

WAGTAILS_RENDER = BaseChooser.render
STAFF_PAGES = ("/admin/", "/django-admin/")
_current: ContextVar[HttpRequest | None] = ContextVar("policy_request", default=None)


class ContentPolicyMiddleware(CSPMiddleware):
    """Sends the policy of the ground that the address belongs to."""

    def __call__(self, request: HttpRequest) -> Any:
        token = _current.set(request)
        try:
            return super().__call__(request)
        finally:
            _current.reset(token)

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """A preview comes out of a request for the public page, with its policy."""
        if is_staff_page(request):
            response.headers.pop(HEADER, None)
        return super().process_response(request, response)

    def get_policy_parts(
        self,
        request: HttpRequest,
        response: HttpResponseBase,
        report_only: bool = False,
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if not report_only and parts.config is None and is_staff_page(request):
            parts.config = staff_policy(response)
        return parts


def is_staff_page(request: HttpRequest) -> bool:
    return request.path_info.startswith(STAFF_PAGES)


def staff_policy(response: HttpResponseBase) -> dict[str, Any]:
    """The policy of staff; previews say by the older header that they are framed."""
    policy = dict(settings.STAFF_CONTENT_POLICY)
    if response.get("X-Frame-Options", "").upper() == "SAMEORIGIN":
        policy["frame-ancestors"] = [SELF]
    return policy


def nonce_attribute() -> SafeString:
    """` nonce="…"` for a script in the answer to this request; none for the public."""
    request = _current.get()
    if request is None or not is_staff_page(request):
        return mark_safe("")
    return format_html(' nonce="{}"', request.csp_nonce)  # type: ignore[attr-defined]


def render_chooser(
    widget: BaseChooser,
    name: str,
    value: Any,
    attrs: dict[str, Any] | None = None,
    renderer: Any = None,
) -> SafeString:
    """Wagtail's `BaseChooser.render`, with a nonce on its script."""
    id_ = (attrs or {})["id"]
    value_data = widget.get_value_data(value)
    html = widget.render_html(name, value_data, attrs)
    script = widget.render_js_init(id_, name, value_data)
    return mark_safe(f"{html}<script{nonce_attribute()}>{script}</script>")  # noqa: S308 - Wagtail's own


def give_choosers_a_nonce() -> None:
    BaseChooser.render = render_chooser
