"""Did you mean: the real name that is nearest to a wrong one."""

import difflib
from collections.abc import Iterable


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The most similar of `names`, if one is similar enough to be a slip."""
    by_folded: dict[str, str] = {}
    for candidate in names:
        by_folded.setdefault(candidate.casefold().strip(), candidate)
    close = difflib.get_close_matches(name.casefold().strip(), by_folded, n=1, cutoff=0.6)
    return by_folded[close[0]] if close else None


def did_you_mean(name: str, names: Iterable[str], *, of_few: str = "") -> str:
    """`; did you mean "x"?`; if nothing is near, a short list of all after `of_few`."""
    known = sorted(set(names))
    near = nearest(name, known)
    if near is not None:
        return f'; did you mean "{near}"?'
    if of_few and 0 < len(known) <= 12:
        return f"; {of_few} " + ", ".join(f'"{item}"' for item in known)
    return ""
