"""
Drawing: a test whose inputs hypothesis draws is called again with the same ones.

Else no two calls do the same, and each leaves something new in what hypothesis remembers:
a bounded cache of strategies, and a label of each shape of input it ever met.  That
is the tool's, as what pytest notes is pytest's.
"""

import contextlib
import sys
from collections.abc import Iterator
from typing import Any

import pytest

_SEED, _DRAWN = "_hypothesis_internal_use_seed", "_hypothesis_internal_use_generated_seed"
_REMEMBERED = (
    ("hypothesis.strategies._internal.utils", "_STRATEGY_CACHE"),
    # As it was called before.
    ("hypothesis.strategies._internal.utils", "STRATEGY_CACHE"),
    ("hypothesis.internal.conjecture.data", "STRUCTURAL_COVERAGE_CACHE"),
)


class Drawn:
    """The inputs of *item*, if hypothesis draws them."""

    def __init__(self, item: pytest.Item) -> None:
        """Of *item*, which may have nothing to do with hypothesis."""
        found: Any = getattr(item, "obj", None)
        found = getattr(found, "__func__", found)
        self._function = found if hasattr(found, "hypothesis") else None
        self._seed: object = None

    @contextlib.contextmanager
    def again(self) -> Iterator[None]:
        """While it lasts, inputs are drawn as they were at first; then they are forgotten."""
        if self._function is None:
            yield
            return
        named = vars(self._function)
        before = named.get(_SEED)
        self._seed = self._seed or before or named.get(_DRAWN)
        named[_SEED] = self._seed
        try:
            yield
        finally:
            named[_SEED] = before
            self.forget()

    def forget(self) -> None:
        """Have hypothesis forget the strategies and shapes it has met: it makes them anew."""
        for module, name in _REMEMBERED if self._function is not None else ():
            cache = getattr(sys.modules.get(module), name, None)
            if cache is not None:
                cache.clear()
