"""How far a build is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from itertools import pairwise

from rag.publishing.progress import EVALUATION, PUBLICATION, REHEARSAL, Meter, with_loading


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


def test_loading_is_a_stage_of_its_own_and_the_others_share_what_is_left() -> None:
    for shares in (PUBLICATION, REHEARSAL, EVALUATION):
        assert abs(sum(with_loading(shares).values()) - 1) < 1e-9
    now = 0.0
    meter = Meter(lambda: now, with_loading(PUBLICATION))
    assert (meter.step("load", 0, 1).percent, meter.step("load", 1, 1).percent) == (0, 20)
    now += 4
    again = meter.again()  # nothing else was told since: it is the same step, later
    assert (again.stage, again.percent, again.elapsed_s, again.seconds_left) == ("load", 20, 4, 16)


SILENT = """
import sys, time
from rag.publishing.publication import work_off
def work(settings, given, tell, say):
    tell("load", 0, 1)
    time.sleep(7)
    return {"version": "x"}
sys.exit(work_off(work, {"load": 1.0}))
"""


def test_work_that_tells_nothing_gives_a_sign_of_life_all_the_same() -> None:
    program = [sys.executable, "-c", SILENT]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("{}")
        process.stdin.close()
        heard = [(time.monotonic(), json.loads(line)) for line in process.stdout]
    steps = [(at, each["step"]) for at, each in heard if "step" in each]
    assert max(later - before for (before, _), (later, _) in pairwise(steps)) < 5
    assert [each["stage"] for _, each in steps] == ["load"] * len(steps)
    assert (len(steps) >= 3, heard[-1][1]) == (True, {"version": "x"})
