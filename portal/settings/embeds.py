"""Whose videos and maps a page may show: nobody else's frame gets past the policy.

`links` are the addresses that people copy from their browser, with the part that names
the video or place; `frame` is the address that the provider made for other websites.
"""

from django.core.exceptions import ImproperlyConfigured

from portal import environment

ALL_EMBED_PROVIDERS = {
    "youtube": {
        "name": "YouTube",
        "kind": "video",
        "links": [
            r"https://(?:www\.|m\.)?youtube\.com/watch\?(?:[^#]*&)?v=(?P<key>[A-Za-z0-9_-]{11})(?:[&#].*)?",
            r"https://youtu\.be/(?P<key>[A-Za-z0-9_-]{11})(?:[?#].*)?",
        ],
        "frame": "https://www.youtube-nocookie.com/embed/{key}",
    },
    "vimeo": {
        "name": "Vimeo",
        "kind": "video",
        "links": [r"https://vimeo\.com/(?P<key>[0-9]{5,12})(?:[?#].*)?"],
        "frame": "https://player.vimeo.com/video/{key}?dnt=1",
    },
    "google-maps": {
        "name": "Google Maps",
        "kind": "map",
        "links": [
            r"https://www\.google\.(?:com|co\.uk)/maps/place/(?P<key>[^/?#]+)(?:[/?#].*)?",
            r"https://www\.google\.(?:com|co\.uk)/maps(?:/search)?/?\?(?:[^#]*&)?(?:q|query)=(?P<key>[^&#]+)(?:[&#].*)?",
        ],
        "frame": "https://www.google.com/maps?output=embed&q={key}",
    },
}


def allowed_providers() -> list[str]:
    """The names from the environment; `none` allows nobody."""
    names = environment.words("EMBED_PROVIDERS", ",".join(ALL_EMBED_PROVIDERS))
    for name in names:
        if name not in {*ALL_EMBED_PROVIDERS, "none"}:
            raise ImproperlyConfigured(
                f"EMBED_PROVIDERS: “{name}” is not one of "
                f"{', '.join(ALL_EMBED_PROVIDERS)} or none."
            )
    return [name for name in names if name != "none"]


EMBED_PROVIDERS = {name: ALL_EMBED_PROVIDERS[name] for name in allowed_providers()}
