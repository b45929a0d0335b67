"""Two runs of the same questions: what got better, what worse, case by case."""

from __future__ import annotations

from collections.abc import Sequence

from eval.metrics import Outcome
from rag.types import Answer


def compare(before: Sequence[Outcome], after: Sequence[Outcome]) -> str:
    """A text with the counts and the cases, worst first. Questions that only one run has are left out, and counted."""
    earlier = {each.question.id: each for each in before}
    pairs = [(earlier[each.question.id], each) for each in after if each.question.id in earlier]
    worse = [(old, new) for old, new in pairs if badness(new) > badness(old)]
    better = [(old, new) for old, new in pairs if badness(new) < badness(old)]
    other = [(old, new) for old, new in pairs if badness(new) == badness(old) and told(old.answer) != told(new.answer)]
    left_out = len(before) + len(after) - 2 * len(pairs)
    lines = [f"# {len(worse)} worse, {len(better)} better, {len(other)} otherwise different, of {len(pairs)}"]
    if left_out:
        lines.append(f"{left_out} questions are in one of the runs only.")
    for title, cases in (("Worse", worse), ("Better", better), ("Different, neither better nor worse", other)):
        if cases:
            lines += [f"## {title}", *(_case(old, new) for old, new in cases)]
    return "\n\n".join(lines) + "\n"


def badness(outcome: Outcome) -> int:
    """0 right, 1 refused though answerable, 2 wrong, 3 hallucinated."""
    if outcome.hallucinated:
        return 3
    if outcome.correct_answer or outcome.correct_refusal:
        return 0
    return 1 if outcome.error else 2


def told(answer: Answer) -> tuple[object, ...]:
    """What a reader would see differ; not the places in the sources, nor their titles."""
    return answer.status, answer.reason, answer.verdict, answer.statements


def _case(old: Outcome, new: Outcome) -> str:
    question = new.question
    lines = [f"### {question.id}: {' '.join(question.question.split())}", "", f"- before: {_line(old)}"]
    return "\n".join([*lines, f"- after: {_line(new)}"])


def _line(outcome: Outcome) -> str:
    answer = outcome.answer
    parts = [answer.reason or answer.status, answer.verdict, *outcome.hallucinations, f"{answer.confidence:.2f}"]
    said = " ".join(" ".join(each.text for each in answer.statements).split())
    return ", ".join(part for part in parts if part) + (f": {said[:200]}" if said else "")
