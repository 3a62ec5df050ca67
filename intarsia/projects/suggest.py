"""Suggestions: the existing name that is most similar to an unknown one."""

import difflib
from collections.abc import Iterable


def nearest(name: str, names: Iterable[str]) -> str | None:
    """Return the most similar of `names`; None if none is similar enough for a typing error."""
    by_folded: dict[str, str] = {}
    for candidate in names:
        by_folded.setdefault(candidate.casefold().strip(), candidate)
    close = difflib.get_close_matches(name.casefold().strip(), by_folded, n=1, cutoff=0.6)
    return by_folded[close[0]] if close else None


def did_you_mean(name: str, names: Iterable[str], *, of_few: str = "") -> str:
    """Return the end of an error message, such as `; did you mean "x"?`.

    If no name is similar and there are 12 at most, lists all of them after `of_few`. Returns an
    empty string otherwise.
    """
    known = sorted(set(names))
    near = nearest(name, known)
    if near is not None:
        return f'; did you mean "{near}"?'
    if of_few and 0 < len(known) <= 12:
        return f"; {of_few} " + ", ".join(f'"{item}"' for item in known)
    return ""
