"""Suggestions for error messages: the existing name that is most similar to an unknown one."""

import difflib
from collections.abc import Iterable


def nearest(name: str, names: Iterable[str]) -> str | None:
    """Return the one of `names` that is most similar to `name`, ignoring case.

    Returns None if no name is so similar that `name` may be a typing error.
    """
    by_folded: dict[str, str] = {}
    for candidate in names:
        by_folded.setdefault(candidate.casefold().strip(), candidate)
    close = difflib.get_close_matches(name.casefold().strip(), by_folded, n=1, cutoff=0.6)
    return by_folded[close[0]] if close else None


def did_you_mean(name: str, names: Iterable[str], *, of_few: str = "") -> str:
    """Return the end of an error message about the unknown `name`, such as `; did you mean "x"?`.

    It suggests the most similar of the existing `names`. If none is similar, but `of_few` is given
    (such as `it has`) and there are at most 12 names, it lists all of them after `of_few`.
    Otherwise it is an empty string.
    """
    known = sorted(set(names))
    near = nearest(name, known)
    if near is not None:
        return f'; did you mean "{near}"?'
    if of_few and 0 < len(known) <= 12:
        return f"; {of_few} " + ", ".join(f'"{item}"' for item in known)
    return ""
