"""A rate or a mean with its 95 % interval."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import bootstrap
from statsmodels.stats.proportion import proportion_confint

RESAMPLES = 2_000
SEED = 20250429


@dataclass(frozen=True, slots=True)
class Rate:
    """A value over n questions of so many clusters, with its interval; None where there is nothing to count."""

    value: float | None
    n: int
    clusters: int
    low: float | None
    high: float | None


def share(hits: Sequence[bool], clusters: Sequence[str]) -> Rate:
    """The share of hits with its Wilson interval (Wilson, JASA 1927), which takes the questions for independent.

    Raises ValueError unless each hit has a cluster.
    """
    n, groups = _counted(hits, clusters)
    if n == 0:
        return Rate(None, 0, 0, None, None)
    low, high = proportion_confint(sum(hits), n, method="wilson")
    return Rate(sum(hits) / n, n, groups, float(low), float(high))


def mean(values: Sequence[float], clusters: Sequence[str]) -> Rate:
    """The mean with a percentile bootstrap over whole clusters; one cluster alone has no interval.

    Raises ValueError unless each value has a cluster.
    """
    n, groups = _counted(values, clusters)
    if n == 0:
        return Rate(None, 0, 0, None, None)
    by_cluster: defaultdict[str, list[float]] = defaultdict(list)
    for value, cluster in zip(values, clusters, strict=True):
        by_cluster[cluster].append(value)
    value = sum(values) / n
    if groups == 1:
        return Rate(value, n, groups, None, None)
    sums = np.array([sum(each) for each in by_cluster.values()])
    sizes = np.array([len(each) for each in by_cluster.values()])
    found = bootstrap(
        (sums, sizes), _ratio, paired=True, n_resamples=RESAMPLES, method="percentile", rng=np.random.default_rng(SEED)
    )
    return Rate(value, n, groups, float(found.confidence_interval.low), float(found.confidence_interval.high))


def upper_bound(count: int, n: int) -> float | None:
    """The one-sided 95 % upper bound of count/n, after Clopper and Pearson (Biometrika 1934); None for n = 0."""
    if n == 0:
        return None
    # Two-sided 90 % leaves 5 % above.
    return float(proportion_confint(count, n, alpha=0.10, method="beta")[1])


def _counted(values: Sequence[float], clusters: Sequence[str]) -> tuple[int, int]:
    if len(values) != len(clusters):
        raise ValueError(f"{len(values)} values, but {len(clusters)} clusters; give one cluster for each value")
    return len(values), len(set(clusters))


def _ratio(sums: NDArray[np.float64], sizes: NDArray[np.float64], axis: int = -1) -> NDArray[np.float64]:
    return np.asarray(sums.sum(axis=axis) / sizes.sum(axis=axis))
