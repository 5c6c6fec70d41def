"""Retrieval: the passages of pages and notes that speak of what a claim says.

Passages in, ranked hits out, each with the words that made it one. Two measures are mixed: how alike the letters are
(TF-IDF over groups of three to five letters within words) and how much of the query a passage covers, by its own words
or, at a lower weight, by other words of the same topic of the factor lexicon. Below a calibrated floor, and without a
word or a topic in common, there is no hit. Where the search finds nothing, an optional fallback compares meanings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.feature_extraction.text import CountVectorizer

from segkit.analysis.content_words import Concept, is_content, read_concepts, stem
from segkit.analysis.semantic import SEMANTIC_FLOOR, SemanticIndex
from segkit.model.document import Passage
from segkit.model.factor import Factor
from segkit.model.lexicon import END, Lexicon, TopicMention, factor_lexicon, split_words

FLOOR = 0.45
"""Score from which a passage is a hit: the one with most right answers in first place plus right silences on the calibrating
half of a labelled set (49 queries over 84 passages)."""
LETTERS_WEIGHT = 0.3
"""Weight of alike letters; the rest is the share of the query that is covered (project convention)."""
TOPIC_WEIGHT = 0.65
"""Another word of the same topic counts that much of the word itself (project convention)."""
TOPIC_ALONE = 0.6
"""A topic less rare than this, which many passages speak of, is no answer by itself (project convention)."""
ANY_WAY_WEIGHT = 0.7
"""One of several words of a topic in the query counts that much of all of them (project convention)."""
OTHER_FACTOR_WEIGHT = 0.75
"""A topic of another factor than the query's counts that much (project convention)."""
TRADE_WEIGHT = 0.2
"""A word of every shop ("customer") counts that much (project convention)."""
HEADING_WEIGHT = 0.5
"""A word only in the heading, which many passages share, counts that much (project convention)."""
CHUNK = 2_000
"""Passages whose groups of letters are in memory at once."""
WITH, AGAINST = "with", "against"
_DIGITS = 4

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is looked for.

    ``words`` are looked for beside the text (names of products, places); ``expansions`` are keys of lexicon topics that
    help a passage but are not demanded of it, beside the topics that the text itself speaks of.
    """

    text: str
    factor: Factor | None = None
    words: tuple[str, ...] = ()
    expansions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage that speaks of what was looked for.

    ``score`` (0..1) compares hits of one ``method`` ("lexical" or "semantic") only. ``matched`` says why: words in common,
    or "word (label of the topic)". ``polarity`` is a hint: "against" where the passage turns what the query does not turn,
    or the other way round.
    """

    passage: Passage
    score: float
    matched: tuple[str, ...]
    polarity: str = WITH
    method: str = "lexical"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PassageIndex:
    """Searchable passages; made by `build`, O(n words) in memory: letter groups of a passage are made of those of its words."""

    passages: tuple[Passage, ...]
    lexicon: Lexicon
    floor: float
    semantic: SemanticIndex | None = None
    _words: Any = field(repr=False)  # passage x word, counts
    _letters: _Letters = field(repr=False)
    _stems: Any = field(repr=False)  # passage x stem, 0..1
    _topics: Any = field(repr=False)  # passage x topic, 0..1
    _stem_column: dict[str, int] = field(repr=False)

    @classmethod
    def build(
        cls,
        passages: Sequence[Passage],
        *,
        topics: bool = True,
        semantic: bool = False,
        floor: float = FLOOR,
    ) -> PassageIndex:
        """Index passages.

        Parameters
        ----------
        passages : sequence of Passage
        topics : bool
            False searches without the factor lexicon, to measure what it gives.
        semantic : bool
            Compare meanings where nothing else is found. Without the extra of that name nothing changes; how many passages
            were too many to encode is in ``index.semantic.n_left_out``.
        floor : float
            Score below which nothing is returned.
        """
        lexicon = factor_lexicon() if topics else Lexicon(topics=())
        bodies = [_content(passage.text) for passage in passages]
        headings = [_content(passage.heading) for passage in passages]
        vocabulary = sorted({word for words in (*bodies, *headings) for word in words})
        column = {word: position for position, word in enumerate(vocabulary)}
        words = _weigh(bodies, headings, column)
        stems = sorted({stem(word) for word in vocabulary})
        stem_column = {text: position for position, text in enumerate(stems)}
        stem_words = _weigh(
            [Counter(stem(word) for word in body) for body in bodies],
            [Counter(stem(word) for word in heading) for heading in headings],
            stem_column,
        )
        topic_column = {topic.key: position for position, topic in enumerate(lexicon.topics)}
        found = _weigh(
            [_topics_of(passage.text, lexicon) for passage in passages],
            [_topics_of(passage.heading, lexicon) for passage in passages],
            topic_column,
        )
        return cls(
            passages=tuple(passages),
            lexicon=lexicon,
            floor=floor,
            semantic=SemanticIndex.build([passage.text for passage in passages]) if semantic else None,
            _words=words,
            _letters=_Letters.learn(words, vocabulary),
            _stems=stem_words.minimum(1.0).tocsc(),
            _topics=found.minimum(1.0).tocsc(),
            _stem_column=stem_column,
        )

    def search(self, query: Query, *, limit: int = 3) -> tuple[Hit, ...]:
        """Return the passages that speak of what was looked for, best first.

        Parameters
        ----------
        query : Query
        limit : int
            At most so many.

        Returns
        -------
        tuple of Hit
            Empty when nothing reaches the floor. Equal scores come in the order of passage ids.
        """
        if not self.passages:
            return ()
        text = " ".join((query.text, *query.words))
        mentions = self.lexicon.mentions(text)
        concepts = read_concepts(text, mentions, lexicon=self.lexicon)
        covered, reasons = self._cover(concepts, query)
        mixed = LETTERS_WEIGHT * self._letters.alike(text, self._words) + (1 - LETTERS_WEIGHT) * covered
        score = np.round(mixed * reasons, _DIGITS)
        candidates = np.flatnonzero(score >= self.floor).tolist()
        ranked = sorted(candidates, key=lambda position: (-score[position], self.passages[position].id))
        if not ranked:
            return self._search_meaning(query, mentions, limit=limit)
        return tuple(
            self._hit(self.passages[position], float(score[position]), concepts, mentions)
            for position in ranked[:limit]
        )

    def _search_meaning(
        self, query: Query, mentions: Sequence[TopicMention], *, limit: int
    ) -> tuple[Hit, ...]:
        """Return passages of like meaning, where vectors were asked for and the encoder is there."""
        if self.semantic is None:
            return ()
        score = np.round(self.semantic.alike(query.text), _DIGITS)
        candidates = np.flatnonzero(score >= SEMANTIC_FLOOR).tolist()
        ranked = sorted(candidates, key=lambda position: (-score[position], self.passages[position].id))
        hits = [
            self._hit(self.passages[position], float(score[position]), (), mentions)
            for position in ranked[:limit]
        ]
        return tuple(replace(hit, matched=("like meaning",), method="semantic") for hit in hits)

    def _cover(self, concepts: Sequence[Concept], query: Query) -> tuple[Floats, NDArray[np.bool_]]:
        """Return, per passage, the share of the query it covers, and whether a content word or topic is in common."""
        n = len(self.passages)
        gained: Floats = np.zeros(n)
        asked, reasons = 0.0, np.zeros(n, dtype=bool)
        for concept in concepts:
            ways = [self._contain(way) for way in concept.ways]
            best, mean = (np.max(ways, axis=0), np.mean(ways, axis=0)) if ways else (np.zeros(n), np.zeros(n))
            said = ANY_WAY_WEIGHT * best + (1 - ANY_WAY_WEIGHT) * mean
            # how rare a word is that no passage has, its topic tells
            known = said.any() or not concept.topics
            weight = (
                self._rarity(concept.ways) if known else max(TOPIC_ALONE, self._topic_rarity(concept.topics))
            )
            weight *= 1.0 if concept.reason else TRADE_WEIGHT
            asked += weight
            meant = self._speak(concept.topics, query.factor)
            gained = gained + np.maximum(said * weight, meant)
            if concept.reason:
                reasons |= (said > 0) | (meant > 0)
        own = {topic for concept in concepts for topic in concept.topics}
        for position, topic in enumerate(self.lexicon.topics):
            if topic.key in query.expansions and position not in own:
                meant = self._speak((position,), query.factor)
                gained = gained + meant * TOPIC_WEIGHT
                reasons |= meant > 0
        return np.minimum(1.0, gained / asked) if asked else np.zeros(n), reasons

    def _contain(self, way: tuple[str, ...]) -> Floats:
        """Return, per passage, 1 where all stems of a phrase are in the text, less where in the heading."""
        columns = [self._stem_column.get(part) for part in way]
        if not columns or None in columns:
            return np.zeros(len(self.passages))
        found = np.ones(len(self.passages))
        for column in columns:
            found = np.minimum(found, _column(self._stems, column))
        return found

    def _speak(self, topics: tuple[int, ...], factor: Factor | None) -> Floats:
        """Return, per passage, the weight of the rarest of some topics it speaks of."""
        meant = np.zeros(len(self.passages))
        for position in topics:
            fit = 1.0 if factor in {None, self.lexicon.topics[position].factor} else OTHER_FACTOR_WEIGHT
            meant = np.maximum(
                meant,
                _column(self._topics, position) * fit * TOPIC_WEIGHT * self._topic_rarity((position,)),
            )
        return meant

    def _rarity(self, ways: tuple[tuple[str, ...], ...]) -> float:
        """Return how rare the rarest stem of some phrases is."""
        columns = [self._stem_column.get(part) for way in ways for part in way]
        spread = [0 if column is None else self._stems[:, column].nnz for column in columns]
        return _rarity(min(spread, default=len(self.passages)), len(self.passages))

    def _topic_rarity(self, topics: tuple[int, ...]) -> float:
        spread = [self._topics[:, position].nnz for position in topics]
        return _rarity(min(spread, default=len(self.passages)), len(self.passages))

    def _hit(
        self, passage: Passage, score: float, concepts: Sequence[Concept], mentions: Sequence[TopicMention]
    ) -> Hit:
        """Return a hit with its reasons and its polarity."""
        body = f"{passage.heading}. {passage.text}"
        by_stem: dict[str, str] = {}
        for word in split_words(body):
            if is_content(word):
                by_stem.setdefault(stem(word), word)
        spoken = {mention.topic.key: mention for mention in self.lexicon.mentions(body)}
        matched: dict[str, None] = {}
        for concept in concepts:
            if not concept.reason:
                continue
            ways = [way for way in concept.ways if way and all(part in by_stem for part in way)]
            for way in ways:
                matched[" ".join(by_stem[part] for part in way)] = None
            for position in () if ways else concept.topics:
                topic = self.lexicon.topics[position]
                if topic.key in spoken:
                    matched[f"{spoken[topic.key].words[0]} ({topic.label})"] = None
        turned = sum(
            1 if mention.turned != spoken[mention.topic.key].turned else -1
            for mention in mentions
            if mention.topic.key in spoken
        )
        return Hit(
            passage=passage, score=score, matched=tuple(matched), polarity=AGAINST if turned > 0 else WITH
        )


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Letters:
    """TF-IDF over letter groups, kept by word: a passage's groups are the sum of those of its words."""

    vectorizer: CountVectorizer | None
    by_word: Any  # word x group, counts
    idf: Floats
    norms: Floats

    @classmethod
    def learn(cls, words: Any, vocabulary: Sequence[str]) -> _Letters:
        """Count in how many passages each group stands, and how long each passage's vector is."""
        if not vocabulary:
            return cls(vectorizer=None, by_word=None, idf=np.zeros(0), norms=np.zeros(words.shape[0]))
        vectorizer = CountVectorizer(analyzer="char_wb", ngram_range=(3, 5), dtype=np.float64)
        by_word = vectorizer.fit_transform(vocabulary).tocsr()
        spread = np.zeros(by_word.shape[1])
        for chunk in _chunks(words):
            spread += np.diff((chunk @ by_word).tocsc().indptr)
        idf = np.log((1 + words.shape[0]) / (1 + spread)) + 1
        weighted = by_word @ sp.diags(idf)
        lengths = [np.sqrt((chunk @ weighted).power(2).sum(axis=1)).A1 for chunk in _chunks(words)]
        return cls(vectorizer=vectorizer, by_word=by_word, idf=idf, norms=np.concatenate(lengths))

    def alike(self, text: str, words: Any) -> Floats:
        """Return, per passage, the cosine of its letter groups with those of a text."""
        if self.vectorizer is None:
            return np.zeros(words.shape[0])
        asked = self.vectorizer.transform([" ".join(_content(text).elements())]).multiply(self.idf).tocsr()
        length = float(np.sqrt(asked.power(2).sum()))
        if not length:
            return np.zeros(words.shape[0])
        per_word = self.by_word @ asked.multiply(self.idf).T
        products = np.asarray((words @ per_word).todense(), dtype=np.float64).ravel()
        return np.divide(products, self.norms * length, out=np.zeros_like(products), where=self.norms > 0)


def _chunks(matrix: Any) -> Iterable[Any]:
    return (matrix[start : start + CHUNK] for start in range(0, matrix.shape[0], CHUNK))


def _content(text: str) -> Counter[str]:
    return Counter(word for word in split_words(text) if word != END and is_content(word))


def _topics_of(text: str, lexicon: Lexicon) -> Counter[str]:
    return Counter(mention.topic.key for mention in lexicon.mentions(text)) if text else Counter()


def _weigh(bodies: Sequence[Counter[str]], headings: Sequence[Counter[str]], column: dict[str, int]) -> Any:
    """Return a sparse matrix of counts, those of headings at half weight and only where the text has none."""
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    for row, (body, heading) in enumerate(zip(bodies, headings, strict=True)):
        weights = dict.fromkeys(heading, HEADING_WEIGHT) | {
            word: float(count) for word, count in body.items()
        }
        rows += [row] * len(weights)
        columns += [column[word] for word in weights]
        values += weights.values()
    shape = (len(bodies), len(column))
    return sp.csr_matrix((values, (rows, columns)), shape=shape, dtype=np.float64)


def _column(matrix: Any, position: int | None) -> Floats:
    return np.asarray(matrix[:, position].todense(), dtype=np.float64).ravel()


def _rarity(spread: int, n: int) -> float:
    """Return 1 for a word that no passage has, falling to 0 for one that all have.

    A small library makes every word look rare, so the scale starts at its size.
    """
    return float(np.log((1 + n) / (1 + spread)) + 1) / float(np.log(1 + n) + 1)
