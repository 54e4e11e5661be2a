"""Pages as people read them."""

import re


def without_tokens(page: str) -> str:
    """The page without its CSRF tokens, which may hold any two letters, a code among them."""
    return re.sub('name="csrfmiddlewaretoken" value="[^"]*"', "", page)
