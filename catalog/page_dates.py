"""Days, moments and numbers as people read them, in their language and the worksite's time zone."""

from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_interval, format_skeleton, format_time, get_timezone_name
from babel.numbers import format_decimal

from catalog.page_words import page_words
from schemas.form_fields import Language

_LOCALES: dict[Language, str] = {"en": "en_US", "es": "es_US"}


@lru_cache(maxsize=4096)
def moment(at: datetime, zone: str, language: Language) -> str:
    """`Friday, July 10, 2026 at 5:00 PM (Eastern Time)`; `at` is aware, `zone` an IANA name."""
    locale, local = _LOCALES[language], at.astimezone(ZoneInfo(zone))
    nameless = "/" not in zone or zone.startswith("Etc/")
    name = get_timezone_name(local, width="short", locale=locale) if nameless else _zone_name(zone, locale)
    day, time = format_date(local, "full", locale=locale), format_time(local, "short", locale=locale)
    return page_words(language).words["moment"].format(day=day, time=time, zone=name)


def day(value: date, language: Language) -> str:
    """`July 6, 2026`."""
    return format_date(value, "long", locale=_LOCALES[language])


def days(start: date | None, end: date | None, language: Language) -> str | None:
    """`Jul 6 – Aug 14, 2026`, one day alone, or None."""
    if start and end:
        return format_interval(start, end, "yMMMd", locale=_LOCALES[language])
    known = start or end
    return day(known, language) if known else None


def short_day(value: date, language: Language) -> str:
    """`Mon, Jul 6`."""
    return format_skeleton("MMMEd", value, locale=_LOCALES[language])


def weekday(value: date, language: Language) -> str:
    """`Monday, July 6, 2026`, as a line of its own begins."""
    said = format_date(value, "full", locale=_LOCALES[language])
    return said[:1].upper() + said[1:]


def time_of_day(at: datetime, language: Language) -> str:
    """`5:30 PM`, on the clock that `at` is in."""
    return format_time(at.time(), "short", locale=_LOCALES[language])


def clock(value: str, language: Language) -> str:
    """`5:30 PM` from `17:30`."""
    return format_time(time.fromisoformat(value), "short", locale=_LOCALES[language])


def number(value: float, language: Language) -> str:
    """`2,000`."""
    return format_decimal(value, locale=_LOCALES[language])


def _zone_name(zone: str, locale: str) -> str:
    return get_timezone_name(ZoneInfo(zone), locale=locale)


def iso_day(value: str, language: Language) -> str:
    """`July 6, 2026` from `2026-07-06`."""
    return day(date.fromisoformat(value), language)
