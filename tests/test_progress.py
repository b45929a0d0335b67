"""How far a build is."""

from __future__ import annotations

from rag.publishing.progress import Meter


def test_percent_grows_and_the_time_left_is_told_by_what_it_took_so_far() -> None:
    now = 100.0
    meter = Meter(lambda: now)
    assert meter.step("read", 0, 1).seconds_left is None
    now += 10
    step = meter.step("read", 40, 40)
    assert (step.percent, step.documents, step.chunks, step.seconds_left) == (10, 40, None, 90)
    assert meter.step("chunk", 900, 900).chunks == 900
    now += 20
    step = meter.step("embed", 1, 3)
    assert (step.percent, step.documents, step.chunks) == (48, 40, 900)
    assert step.seconds_left == round(30 * 0.5167 / 0.4833)
    assert step.bar() == "[############------------]  48 % embed 1/3, 32 s left"
    assert meter.step("embed", 0, 0).percent == 85  # nothing to embed
    assert meter.step("analyse", 0, 40).percent == 85  # never backwards
    assert meter.step("examples", 1, 1).percent == 100
