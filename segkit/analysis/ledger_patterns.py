"""How shops write money, dates, codes, fees and terms, in English and German, as patterns and lists of cues."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SIGNS = {"£": "GBP", "€": "EUR", "$": "USD", "¥": "JPY", "₹": "INR", "zł": "PLN"}
_CODES = "GBP|EUR|USD|CHF|AUD|CAD|NZD|SEK|NOK|DKK|PLN|CZK|JPY|INR"
_AMOUNT = r"\d{1,3}(?:[.,\u2019' ]\d{3})+(?:[.,]\d{2})?|\d+(?:[.,]\d{1,2})?"
MONEY = re.compile(
    rf"(?<![\w.,])(?:(?P<sign>[£€$¥₹]|(?:{_CODES})\b)\s?(?P<after>{_AMOUNT})(?:[.,]-)?(?![\d%])"
    rf"|(?P<before>{_AMOUNT})(?:[.,]-)?\s?(?P<unit>[£€¥₹]|zł|(?:{_CODES}|Euro|euros?|pounds?|dollars?)\b))"
)
_WORDS = {"euro": "EUR", "euros": "EUR", "pound": "GBP", "pounds": "GBP", "dollar": "USD", "dollars": "USD"}

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january januar jan jänner", "february februar feb", "march märz mar mrz", "april apr", "may mai",
            "june juni jun", "july juli jul", "august aug", "september sept sep", "october oktober oct okt",
            "november nov", "december dezember dec dez",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
MONTH_WORD = rf"\b(?:{MONTH})\b"
WEEKDAYS = (
    ("monday", "montag"), ("tuesday", "dienstag"), ("wednesday", "mittwoch"), ("thursday", "donnerstag"),
    ("friday", "freitag"), ("saturday", "samstag", "sonnabend"), ("sunday", "sonntag"),
)  # fmt: skip
_DAYNAME = "|".join(name for names in WEEKDAYS for name in names)
DATE = re.compile(
    rf"(?:\b(?P<weekday>{_DAYNAME}),?\s+(?:the\s+|den\s+|dem\s+)?)?"
    r"(?:\b(?P<iso>\d{4}-\d{2}-\d{2})\b"
    rf"|\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?(?P<month>{MONTH})\b\.?(?:,?\s+(?P<year>\d{{4}})\b)?"
    rf"|\b(?P<month2>{MONTH})\b\.?\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<year2>\d{{4}})\b)?"
    r"|\b(?P<day3>\d{1,2})(?P<dot>[./])(?P<month3>\d{1,2})(?P=dot)(?P<year3>\d{4})\b)",
    re.IGNORECASE,
)

_NUMBERS = (
    "one once eins ein", "two twice zwei", "three drei", "four vier", "five fünf", "six sechs", "seven sieben",
    "eight acht", "nine neun", "ten zehn", "eleven elf", "twelve zwölf", "thirteen dreizehn", "fourteen vierzehn",
)  # fmt: skip
NUMBER_WORDS = {word: number for number, words in enumerate(_NUMBERS, start=1) for word in words.split()}
_NUMBER = r"(?P<n>\d{1,3}|" + "|".join(NUMBER_WORDS) + ")"
SPAN = re.compile(
    rf"\b{_NUMBER}\s+(?:working\s+|business\s+|calendar\s+|full\s+)?"
    r"(?P<unit>days?|weeks?|months?|years?|Tagen?|Wochen?|Monaten?|Jahren?|Werktagen?)\b",
    re.IGNORECASE,
)
PERCENT = re.compile(
    r"(?<![\d.,])(\d{1,2}(?:[.,]\d+)?)\s?(?:%|percent\b|per cent\b|Prozent\b)", re.IGNORECASE
)

CODE = re.compile(
    r"\b(?:(?i:(?:discount|promo|promotion|voucher|coupon|offer)?\s?codes?|coupon|voucher|gutschein(?:code)?|rabattcode"
    r"|aktionscode|gutscheincode)\s?(?i:is|lautet|:)?|(?i:use|enter|apply))\s*[\"'“„\u2018]?(?P<code>[A-Z][A-Z0-9_-]{3,19})\b"
)
NOT_CODES = frozenset(
    {"CODE", "HERE", "ONLY", "FREE", "PDF", "HTML", "FAQ", "GDPR", "DSGVO", "NOW", "ABOVE", "BELOW"}
)
UNTIL = re.compile(
    r"\b(?:until|till|through|valid (?:until|to)|ends?(?: on)?|expires?(?: on)?|before|by|bis(?: zum| einschließlich)?|endet am"
    r"|läuft bis(?: zum)?)\s+(?:midnight\s+(?:on\s+)?|end of\s+)?$",
    re.IGNORECASE,
)
FIRST_ORDER = re.compile(r"\b(?:first|erste[nr]?) (?:order|purchase|bestellung|einkauf)\b", re.IGNORECASE)
ONCE = re.compile(r"\b(?:once|one use|einmal(?:ig)?)\b", re.IGNORECASE)

DEADLINE = re.compile(
    r"\b(?:last (?:day|date|chance) (?:to|for) (?:order|ordering|orders)|last (?:order|ordering|posting) (?:day|date)s?"
    r"|final orders?|(?:please )?order(?P<what>(?: [\w-]+){0,4}?) (?:by|before|no later than|until)\b|orders? placed by"
    r"|letzter? bestelltag|bestellschluss|bestell(?:en sie|t|ungen)?(?P<was>(?: [\w-]+){0,4}?) bis\b|bestellbar bis)",
    re.IGNORECASE,
)
ALSO = re.compile(
    r"^(?:and |und )?(?:for|to|in|within|für|nach|in die|in das)\b.{2,60}?\b(?:it is|it's|is|ist es|bis)\s+(?:on |der |zum )?$",
    re.IGNORECASE,
)
OCCASIONS = {
    "Christmas": r"christmas|xmas|weihnacht\w*|heiligabend",
    "Easter": r"easter|oster\w*",
    "Mother's Day": r"mother[\u2019']?s[\u2019']? day|mothering sunday|muttertag\w*",
    "Father's Day": r"father[\u2019']?s[\u2019']? day|vatertag\w*",
    "Valentine's Day": r"valentine[\u2019']?s?|valentinstag\w*",
    "Hanukkah": r"hanukkah|chanukk?ah?",
    "Halloween": r"halloween",
    "the start of school": r"start of (?:school|term)|schulbeginn|schulanfang|in school before|back to school",
    "the financial year": r"financial year|geschäftsjahr\w*|haushaltsjahr\w*|fiscal year",
}
PLACES = {
    "UK": r"\bUK\b|\bU\.K\.|United Kingdom|Great Britain|\bGB\b|Großbritannien|Vereinigtes Königreich",
    "European Union": r"European Union|\bEU\b|Europäische\w* Union",
    "Ireland": r"\bIreland\b|\bIrland\b",
    "Germany": r"\bGermany\b|\bDeutschlands?\b",
    "Austria": r"\bAustria\b|Österreichs?\b",
    "Switzerland": r"Switzerland|\bSchweiz\b",
    "France": r"\bFrance\b|Frankreich",
    "Netherlands": r"Netherlands|Niederlande",
    "USA": r"\bUSA?\b|United States|\bU\.S\.",
    "Canada": r"\bCanada\b|\bKanada\b",
    "Australia": r"\bAustralia\b|\bAustralien\b",
    "Europe": r"\bEurope\b|\bEuropa\b",
    "international": r"\b[Ii]nternational(?:ly)?\b(?! Tracked)|[Ww]orldwide|[Rr]est of (?:the )?world|\b[Ww]eltweit",
}
SERVICES = {
    "express": r"express|next[- ]day|overnight|priority|guaranteed",
    "economy": r"economy|second class|2nd class",
    "collection": r"collect(?:ion)?\b|pick[- ]?up|in store|abhol\w*",
    "email": r"e-?mail|download|e-?voucher|digital",
    "bulky": r"bulky|furniture|pallet|sperrgut|spedition|heavy|oversi[sz]e",
    "sample": r"samples?\b|muster\b",
}
AUDIENCES = {
    "school": r"schools?|teachers?|pupils?|schulen?|lehrer\w*|public bodies",
    "studio": r"studios?|makers?|ateliers?",
    "trade": r"trade|wholesale|resellers?|retailers?|gewerbe\w*|händler\w*|großhandel",
    "student": r"students?|studierende\w*|studenten",
    "member": r"members?|subscribers?|mitglied\w*|abonnent\w*|newsletter",
}

DELIVERY = re.compile(
    r"\b(?:delivery|shipping|postage|carriage|p&p|versand\w*|lieferung|lieferkosten|porto)\b", re.IGNORECASE
)
RETURN_POSTAGE = re.compile(r"\b(?:returns?|rücksende\w*|rückversand)\b", re.IGNORECASE)
WRAPPING = re.compile(r"\b(?:gift[- ]?wrap\w*|geschenkverpackung|geschenkpapier)\b", re.IGNORECASE)
FREE = re.compile(
    r"\b(?:free|no charge|complimentary|kostenlos\w*|kostenfrei\w*|gratis|versandkostenfrei\w*)\b",
    re.IGNORECASE,
)
FROM = re.compile(
    r"\b(?:from|over|above|starts? at|starting at|of|spend|minimum of|ab|über|mindestens|von mindestens)\s+(?:only )?$",
    re.IGNORECASE,
)
OR_MORE = re.compile(
    r"^\s*(?:or (?:more|over|above)|and (?:more|over|above)|\+|oder mehr|und mehr)", re.IGNORECASE
)
MINIMUM = re.compile(r"\b(?:minimum order|min\. order|mindestbestellwert|mindestbestellung)\b", re.IGNORECASE)
TRADE_ORDERS = re.compile(r"\b(?:trade|wholesale) orders? (?:of|over|above|from)\s*$", re.IGNORECASE)
PASSING = re.compile(
    r"\b(?:today|this (?:week|weekend|month)|for a limited time|sale|flash|only now|heute|dieses wochenende|diese woche|aktion)\b",
    re.IGNORECASE,
)
CONDITION = re.compile(
    r"\b(?:kg|g|up to|under|below|less than|per item|each|weigh\w*|bis zu|unter|je|pro|so)\b", re.IGNORECASE
)

NOT_A_NAME = _words(
    """
    you your we our us it its this that these those they them there here he she i is are was were be been has have had
    do does did can could will would may might must should at from by until till before after when if because than then
    add fill take get save spend order orders buy pay paid cost costs come comes worth about under over above below up
    only just now sale off free delivery shipping postage carriage price prices each every per
    sie wir ihr er es ist sind haben kann können wird werden soll sollte wenn weil dann noch nur jetzt ab bis
    betragen beträgt bringt gives give gets bei für von mit kostet kosten sparen zahlen preis preise versand lieferung statt je pro
    """
)
"""A phrase with one of these words in it is a sentence, not the name of a product."""
NOT_LAST = _words("for to of with and or out on in auf an für mit zu und oder")
"""A phrase that ends in one of these goes on in the amount: "small parcels go out for" is no product."""
NOT_FIRST = _words("in on as with without since while during last today every im am zum mit")
SEPARATED = re.compile(r"[,:;|(\u2013\u2014-]\s*(?:from\s+|ab\s+)?$", re.IGNORECASE)
_LITTLE = _words("a an the of and in for to with & oder und der die das ein eine im in den dem zum zur")

COSTS = re.compile(
    r"^(?:The|Our|A|An|Der|Die|Das|Unser\w*)\s+(?P<name>.+?)\s+(?:costs?|kostet|kosten)(?:\s+(?:only|just|nur))?$"
)
GENERIC = _words(
    """
    small medium large mini maxi size one two three four five six single double pair set pack box each piece item
    adult child children kid baby day week month year hour person people seat ticket full half basic standard premium
    red blue green black white grey gray new other more gift card klein mittel groß größe stück packung paar set tag
    woche monat jahr stunde person kind erwachsene neu andere
    """
)
"""Words that many names share: a name of these alone says little about which product is meant."""
OTHER_PRODUCTS = re.compile(
    r"\b(?:related|like|recommend\w*|best ?sellers?|also|basket|cart|total|price|prices|empfehl\w*|ähnlich\w*|auch|warenkorb|preise?"
    r"|summe)\b",
    re.IGNORECASE,
)
REWARD = re.compile(r"\b(?:off|discount|save|free|rabatt|sparen|sparst|gratis)\b", re.IGNORECASE)
RETURNS = re.compile(
    r"\b(?:returns?|returned|send (?:\w+ ){0,2}back|zurück(?:send|geb|schick)\w*|rückgabe\w*|umtausch\w*)\b",
    re.IGNORECASE,
)
RETURN_EXCEPTIONS = re.compile(
    r"\b(?:exchange\w*|refund\w*|faulty|damaged|sale|custom\w*|personali[sz]ed|workshops?|seats?|christmas|widerruf\w*|statutory"
    r"|working days?|business days?|werktage\w*|after (?:we|it)|within \d+ hours)\b",
    re.IGNORECASE,
)
REFRAIN = re.compile(
    r"\b(?:we|wir)\b[^.;!?]{0,20}?\b(?:do not|don[\u2019']t|never|will not|won[\u2019']t|cannot|nie|niemals|nicht|keine)\b",
    re.IGNORECASE,
)
CONTACT = {
    "reminding": r"chas\w+|remind\w*|mahn\w*|erinner\w*|dun\w*",
    "calling": r"\bcall\w*|\bphon\w+|telefonier\w*|anruf\w*",
    "writing": r"e-?mail\w*|\bwrite\b|\btext\b|\bcontact\w*|newsletter|schreiben|kontaktier\w*",
    "sharing data": r"\b(?:sell|share|pass on)\b[^.]{0,30}\b(?:data|details|address\w*)|daten\b[^.]{0,30}(?:weiter|verkauf)\w*",
}
DONE_IN = re.compile(
    rf"\b(?:sent|made|called|chased|reminded|geschickt|gesendet|erinnert|gemahnt)\b[^.,;]*?\b(?P<month>{MONTH})\b",
    re.IGNORECASE,
)
DENIED = re.compile(r"\b(?:no|not|never|kein\w*|nicht)\b", re.IGNORECASE)
FREQUENCY = re.compile(
    r"\b(?:we|wir)\b[^.;!?]{0,25}\b(?:write|send|email|text|schreiben|schicken|senden)\b[^.;!?]{0,25}?"
    r"\b(?:once|twice|one|two|no more than|at most|einmal|zweimal|höchstens)\b"
    r"(?!\s+(?:single |monthly )?(?:invoices?|bills?|statements?|parcels?|box(?:es)?|rechnung\w*|paket\w*)\b)[^.;!?]*",
    re.IGNORECASE,
)
TERMS = re.compile(
    r"\b(?:days from the invoice|days net|net \d+|pro forma|in advance|vorkasse|zahlbar|rechnung\w*|invoice)\b",
    re.IGNORECASE,
)
PRO_FORMA = re.compile(
    rf"^(?P<who>[^:.]{{3,60}}):[^.]*\bpro[- ]?forma for the first (?:{_NUMBER} )?orders?\b", re.IGNORECASE
)
QUOTE_VALID = re.compile(
    r"\b(?:quotes?|quotations?|angebote?)\b[^.]{0,25}\b(?:holds?|valid|stands?|gültig|gilt|gelten)\b",
    re.IGNORECASE,
)
CANCELLING = re.compile(
    r"\b(?:cancel\w*|tell us|stornier\w*|absag\w*)\b[^.]*?\b(?:before|prior to|ahead of|vor|vorher)\b",
    re.IGNORECASE,
)
NO_EXPIRY = re.compile(r"\b(?P<what>[A-Z]\w+(?: \w+)?) (?:do|does) not expire\b")
_DIGIT = re.compile(r"\d")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+(?=[\"“„\u2018(]?[^\W_])|\n+")
_ABBREVIATION = re.compile(
    r"(?:\b(?:\w|Mr|Mrs|Dr|No|Nr|St|approx|ca|incl|inkl|min|z\.\s?B)|(?<![\d.,£€$])\d{1,2})\.$"
)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount as written, with where it stands."""

    amount: float
    currency: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date as written: ``day`` is None where no year is known; ``fits`` says whether its weekday is right."""

    day: date | None
    words: str
    weekday: str
    start: int
    end: int
    fits: bool = True


def find_money(text: str) -> tuple[Money, ...]:
    """Return the amounts of money in a text.

    Examples
    --------
    >>> [(m.amount, m.currency) for m in find_money("£1,250.00, 19,90 € or CHF 5.-; 10 % off, from $6")]
    [(1250.0, 'GBP'), (19.9, 'EUR'), (5.0, 'CHF'), (6.0, 'USD')]
    """
    found = []
    for match in MONEY.finditer(text) if _DIGIT.search(text) else ():
        sign = match["sign"] or match["unit"]
        currency = SIGNS.get(sign) or _WORDS.get(sign.lower()) or sign.upper()
        found.append(
            Money(read_number(match["after"] or match["before"]), currency, match.start(), match.end())
        )
    return tuple(found)


def read_number(written: str) -> float:
    """Return a number written with a decimal point or comma; three digits after a sign are thousands.

    Examples
    --------
    >>> read_number("1.250,50"), read_number("1,250"), read_number("4,5")
    (1250.5, 1250.0, 4.5)
    """
    plain = re.sub(r"[\u2019' ]", "", written)
    last = max(plain.rfind("."), plain.rfind(","))
    if last >= 0 and len(plain) - last - 1 != 3:
        return float(re.sub(r"[.,]", "", plain[:last]) + "." + plain[last + 1 :])
    return float(re.sub(r"[.,]", "", plain))


def find_dates(text: str, *, year: int | None = None, saved: date | None = None) -> tuple[WrittenDate, ...]:
    """Return the dates in a text.

    Parameters
    ----------
    text : str
        A sentence or passage.
    year : int, optional
        Year of the heading above, for dates without one.
    saved : date, optional
        When the page was saved: a date without a year but with its weekday takes the next year that fits.

    Examples
    --------
    >>> [(d.day.isoformat(), d.fits) for d in find_dates("Friday 18 December 2026, 24.12.2026, Monday, May 1st, 2026")]
    [('2026-12-18', True), ('2026-12-24', True), ('2026-05-01', False)]
    """
    if not _DIGIT.search(text):
        return ()
    return tuple(found for match in DATE.finditer(text) if (found := _read_date(match, year, saved)))


def _read_date(match: re.Match[str], year: int | None, saved: date | None) -> WrittenDate | None:
    weekday = (match["weekday"] or "").lower()
    words, start, end = match.group().strip(" ."), match.start(), match.end()
    if match["iso"]:
        parts = [int(part) for part in match["iso"].split("-")]
        day = _make(*parts)
    elif match["day3"]:
        first, second, written = int(match["day3"]), int(match["month3"]), int(match["year3"])
        if match["dot"] == "/" and first <= 12 and second <= 12 and first != second:
            return None  # 5/6/2026 is a day in May or in June, and nobody says which
        day = _make(written, second, first) or _make(written, first, second)
    else:
        number, name = int(match["day"] or match["day2"]), (match["month"] or match["month2"]).lower()
        given = match["year"] or match["year2"]
        if not given:
            day = _without_year(number, _MONTHS[name], weekday, year=year, saved=saved)
            return WrittenDate(day, words, weekday, start, end)
        day = _make(int(given), _MONTHS[name], number)
    if day is None:
        return None
    return WrittenDate(
        day, words, weekday, start, end, fits=not weekday or weekday in WEEKDAYS[day.weekday()]
    )


def _without_year(
    number: int, month: int, weekday: str, *, year: int | None, saved: date | None
) -> date | None:
    """Take the year of the heading, or the year after it, or the next one in which the weekday fits; else nobody knows."""
    if year is not None and not weekday:
        return _make(year, month, number)
    first = year if year is not None else saved.year if saved and weekday else None
    days = (_make(first + ahead, month, number) for ahead in (0, 1)) if first is not None else ()
    return next(
        (
            day
            for day in days
            if day
            and weekday in WEEKDAYS[day.weekday()]
            and (year is not None or saved is None or day >= saved)
        ),
        None,
    )


def _make(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def split_clauses(text: str) -> Iterator[tuple[int, int]]:
    """Yield the sentences of a passage as spans, also cut at semicolons and lines."""
    start = 0
    for match in _SENTENCE.finditer(text):
        if _ABBREVIATION.search(text, start, match.start()) and "\n" not in match.group():
            continue
        yield start, match.start()
        start = match.end()
    if start < len(text):
        yield start, len(text)


def count_of(match: re.Match[str]) -> int:
    """Return the number that a pattern's ``n`` holds, in figures or in words."""
    written = (match["n"] or "1").lower()
    return int(written) if written.isdigit() else NUMBER_WORDS[written]


def name_set(text: str, names: Mapping[str, str]) -> frozenset[str]:
    """Return which of some named things a text speaks of.

    Examples
    --------
    >>> sorted(name_set("to the UK and the European Union", PLACES))
    ['European Union', 'UK']
    """
    flags = 0 if names is PLACES else re.IGNORECASE
    return frozenset(name for name, pattern in names.items() if _bounded(pattern, flags).search(text))


@cache
def _bounded(pattern: str, flags: int) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", flags)


def subject_words(text: str) -> frozenset[str]:
    """Return the words by which two sources are held against each other: singular, numbers in figures.

    Examples
    --------
    >>> sorted(subject_words("Lavender moth sachets, set of four")) == sorted(subject_words("Lavender moth sachet set of 4"))
    True
    """
    words = re.findall(r"\d+(?:[.,]\d+)?|[^\W\d_]+(?:[\u2019'][^\W\d_]+)?", text.lower())
    plain = (str(NUMBER_WORDS.get(word, word)) for word in words if word not in _LITTLE)
    return frozenset(
        word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
        for word in plain
    )
