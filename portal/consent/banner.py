"""The banner's HTML, made once for each notice and served as it is kept there."""

from django.template.loader import render_to_string

from portal.consent.declaration import Content


def banner_html(content: Content, *, number: int, is_preview: bool = False) -> str:
    """The same bytes for every visitor; hidden until something is undecided."""
    return render_to_string(
        "consent/banner.html",
        {
            "wording": content["wording"],
            "groups": [row for row in content["groups"] if not row["is_required"]],
            "number": number,
            "is_preview": is_preview,
        },
    )
