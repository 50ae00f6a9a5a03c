"""The likeliest sequence of states for a draft's lines, and how sure each of them is.

A chain of states with hand-set scores: the best path by dynamic programming (Viterbi), the
certainty of each line by adding up all paths (forward and backward). A line that could as well be
something else gets a low certainty even when the path through it is the best one.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Final

from formats.document.intake.labels import END, FOLLOWS, START

Scores = Mapping[str, float]
"""Of one line: how well each state fits it; states that it cannot be are left out."""

FORBIDDEN: Final = -12.0
"""A step that `FOLLOWS` does not list: taken only where nothing else is left."""

SURE: Final = 0.99
"""No reading of a draft is surer than that."""

_BACKED: Final = 2.0
"""A state that fits its line by this score is backed by the line itself."""
_DOUBT: Final = 0.06
"""What each point below that takes away."""
_UNBACKED: Final = 0.5


def decode(lines: Sequence[Scores]) -> list[tuple[str, float]]:
    """State and certainty (above 0, up to `SURE`) of every line, which needs at least one state."""
    if not lines:
        return []
    path = _best_path(lines)
    certain = _certainties(lines)
    return [
        (state, min(SURE, found[state]) * _backing(line[state]))
        for line, state, found in zip(lines, path, certain, strict=True)
    ]


def _backing(fits: float) -> float:
    """What a state's own score lets be believed: one that wins for want of others is not sure."""
    return max(_UNBACKED, min(1.0, 1.0 - (_BACKED - fits) * _DOUBT))


def _step(before: str, after: str) -> float:
    return FOLLOWS[before].get(after, FORBIDDEN)


def _best_path(lines: Sequence[Scores]) -> list[str]:
    best: dict[str, float] = {START: 0.0}
    back: list[dict[str, str]] = []
    for line in lines:
        reached: dict[str, float] = {}
        came: dict[str, str] = {}
        for state, fits in line.items():
            from_state = max(best, key=lambda b: best[b] + _step(b, state))
            reached[state] = best[from_state] + _step(from_state, state) + fits
            came[state] = from_state
        best = reached
        back.append(came)
    state = max(best, key=lambda b: best[b] + _step(b, END))
    path = [state]
    for came in reversed(back[1:]):
        state = came[state]
        path.append(state)
    return path[::-1]


def _certainties(lines: Sequence[Scores]) -> list[dict[str, float]]:
    """The share of each state among all paths, line by line."""
    forward: list[dict[str, float]] = []
    before: dict[str, float] = {START: 0.0}
    for line in lines:
        steps = [(score, FOLLOWS[state]) for state, score in before.items()]
        before = _even(
            {
                state: _added([score + f.get(state, FORBIDDEN) for score, f in steps]) + fits
                for state, fits in line.items()
            }
        )
        forward.append(before)
    found: list[dict[str, float]] = []
    after: dict[str, float] = {state: _step(state, END) for state in lines[-1]}
    for at in range(len(lines) - 1, -1, -1):
        joint = {state: forward[at][state] + after[state] for state in lines[at]}
        total = _added(list(joint.values()))
        found.append({state: math.exp(score - total) for state, score in joint.items()})
        if at:
            ahead = [(a, lines[at][a] + score) for a, score in after.items()]
            after = _even(
                {
                    state: _added([FOLLOWS[state].get(a, FORBIDDEN) + score for a, score in ahead])
                    for state in lines[at - 1]
                }
            )
    return found[::-1]


def _added(scores: Sequence[float]) -> float:
    """The logarithm of the sum of the scores' powers of e."""
    if len(scores) == 1:
        return scores[0]
    top = max(scores)
    return top + math.log(sum(math.exp(score - top) for score in scores))


def _even(scores: dict[str, float]) -> dict[str, float]:
    """The scores with the highest at 0, so that long drafts do not run out of numbers."""
    top = max(scores.values())
    return {state: score - top for state, score in scores.items()}
