"""How long the tests wait for what will come: a wait ends when it has come, however long it may be."""

from __future__ import annotations

# Other processes may keep all cores busy, as in a build that tests in several: a page has taken more than five seconds.
WAIT_S = 120.0
# Of what is built or read in a process of its own, which loads the models first.
BUILD_S = 300.0
BUILD_MS = 1000 * BUILD_S
