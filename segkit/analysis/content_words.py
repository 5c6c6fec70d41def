"""Content words: what of a text says something, cut to stems, and grouped into the concepts that a query asks for.

Between the lexicon and the search. Grammar, numbers and the words of every shop ("customer", "buy") say nothing by
themselves; endings do not tell words apart; words of one topic of the lexicon are one concept.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from segkit.model.lexicon import END, NUMBER_WORDS, Lexicon, TopicMention, split_words

_STOP = """
a about above according across after again against all almost alone along already also although always am among an and
another any anybody anyone anything are around as at away back be became because become been before being below besides
between both but by can cannot could did do does doing done down due during each either else enough especially even ever
every everybody everyone everything few for from further get gets getting give given gives go goes going gone got had has
have having he her here hers herself him himself his how however i if in instead into is it its itself just keep keeps
kept largely last later least less let lets like likely little long lot lots made mainly make makes making many may me
might mine more moreover most mostly much must my myself near nearly neither never no nobody none nor not nothing now of
off often on once one only onto or other others our ours ourselves out over own part per perhaps place please put quite
rather really right same say says said seem seems several shall she should since so some somebody someone something still
such take takes taken taking tell than that the their theirs them themselves then there these they thing things this
those though through throughout thus to together too took toward towards typical typically under until up upon us use
used uses using usual usually very via want wants was way ways we well went were what whatever when where whether which
while who whoever whole whom whose why will with within without would yes yet you your yours yourself
bring brings brought come comes came coming find finds found first look looks looked looking next placed places second
think thinks thought work works worked working
don't doesn't didn't isn't aren't wasn't weren't won't can't couldn't shouldn't wouldn't haven't hasn't hadn't
it'll they're we're you're i'm i've we've they've there's let's
percent per cent share median average typical mean total number half third quarter two-thirds
ab aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim bin bis bist da damit dann das
dass dein dem den denn der des die dies diese diesem diesen dieser dieses doch dort du durch ein eine einem einen einer
eines er es etwas euch euer für gegen hab habe haben hat hatte hier ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in ins
ist jede jedem jeden jeder jedes kann kein keine keinen können man mehr mein meine meist mit muss müssen nach nicht nichts
noch nun nur ob oder ohne sein seine seinen sehr sich sie sind so soll sollen sondern sonst über um und uns unser unsere
unter viel viele vom von vor war waren was weil welche wenn wer werden wie wieder will wir wird wo wurde zu zum zur zwischen
"""
STOP_WORDS = frozenset(_STOP.split()) | NUMBER_WORDS
"""Grammar, filler and measuring words, English and German: never a reason for a hit."""
_TRADE = """
buy buys buyer buyers buying bought purchase purchases purchaser purchasers purchased purchasing order orders ordered ordering
orderer orderers customer customers client clients consumer consumers shopper shoppers shop shops shopping store stores
people person persons user users product products item items goods article articles group groups segment segments
company companies brand brands service services offer offers need needs page website site day days week weeks month months
year years time times kind sort type types pay pays paid paying
kunde kunden kundin kundinnen käufer käuferin bestellung bestellungen bestellen kauf kaufen produkt produkte artikel laden
geschäft seite jahr jahre monat monate woche wochen tag tage
"""
TRADE_WORDS = frozenset(_TRADE.split())
"""Words of every shop: they help to rank, but are no reason for a hit."""
_MIN_STEM = 3


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Return a word without its English ending, so that forms of one word are equal.

    The result need not be a word. Light on purpose: a stem that is too short makes strangers alike.

    Examples
    --------
    >>> [stem(word) for word in ("gifts", "wrapping", "wrapped", "studies", "delivery", "delivered", "classes", "class")]
    ['gift', 'wrap', 'wrap', 'study', 'deliver', 'deliver', 'class', 'class']
    """
    text = word
    if text.endswith("ies") and len(text) > 4:
        text = f"{text[:-3]}y"
    elif text.endswith(("sses", "shes", "ches", "xes", "zes")):
        text = text[:-2]
    elif text.endswith("s") and not text.endswith(("ss", "us", "is")) and len(text) > _MIN_STEM:
        text = text[:-1]
    for ending, least in (("ingly", 3), ("edly", 3), ("ing", 3), ("ed", 3), ("ly", 4)):  # "apply" is no "app"
        cut = text.removesuffix(ending)
        if cut != text and len(cut) >= least and any(letter in "aeiouyäöü" for letter in cut):
            text = cut
            if len(text) > _MIN_STEM and text[-1] == text[-2] and text[-1] not in "aeiousl":
                text = text[:-1]
            break
    if len(text) > 5 and text.endswith("y"):
        return text[:-1]
    return text[:-1] if len(text) > 4 and text.endswith("e") else text


@lru_cache(maxsize=65_536)
def is_content(word: str) -> bool:
    """Return whether a word says something: no grammar, no number, no single letter."""
    return len(word) > 1 and not word[0].isdigit() and word not in STOP_WORDS and word != END


def is_reason(word: str) -> bool:
    """Return whether a word in common is a reason for a hit.

    Examples
    --------
    >>> is_reason("gift"), is_reason("customers"), is_reason("the"), is_reason("2025")
    (True, False, False, False)
    """
    return is_content(word) and word not in TRADE_WORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """One thing a query asks for.

    ``ways`` are the words or phrases it is asked for by, each as its stems: all stems of one of them must be in a passage
    for the concept to be there by its own words. ``topics`` are positions in the lexicon.
    """

    ways: tuple[tuple[str, ...], ...]
    topics: tuple[int, ...] = ()
    demanded: bool = True
    reason: bool = True


def read_concepts(text: str, mentions: tuple[TopicMention, ...], *, lexicon: Lexicon) -> tuple[Concept, ...]:
    """Return the concepts of a query: one per set of topics, one per word without a topic.

    Parameters
    ----------
    text : str
        The query.
    mentions : tuple of TopicMention
        Topics that the text speaks of.
    lexicon : Lexicon
        The one that the mentions are from.
    """
    position = {topic.key: index for index, topic in enumerate(lexicon.topics)}
    topics_of: dict[str, list[int]] = {}
    for mention in mentions:
        for said in mention.words:
            topics_of.setdefault(said, []).append(position[mention.topic.key])
    by_topics: dict[tuple[int, ...], list[tuple[str, ...]]] = {}
    covered: set[str] = set()
    for said, topics in topics_of.items():
        words = [word for word in split_words(said) if word != END]
        covered.update(words)
        way = tuple(stem(word) for word in words if is_content(word))
        # "in the shop" is found as a topic only, because "shop" alone says nothing; "purchase order" does
        telling = len(way) > 1 or any(is_reason(word) for word in words)
        by_topics.setdefault(tuple(topics), []).extend([way] if telling else [])
    concepts = [Concept(ways=tuple(ways), topics=topics) for topics, ways in by_topics.items()]
    singles: dict[str, bool] = {}
    for word in split_words(text):
        if is_content(word) and word not in covered:
            singles[stem(word)] = singles.get(stem(word), False) or is_reason(word)
    concepts += [Concept(ways=((single,),), reason=reason) for single, reason in singles.items()]
    return tuple(concepts)
