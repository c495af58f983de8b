"""Reads a page of search results as a reader does."""

import re


def links(html: str) -> list[str]:
    """The addresses of the results, in their order."""
    main = html[html.index("<main") : html.index("</main>")]
    results = re.search(r'<ol class="portal-results">(.*?)</ol>', main, re.DOTALL)
    return re.findall(r'<a href="([^"]+)"', results.group(1)) if results else []
