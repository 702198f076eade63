"""Days at the worksite: business days, and the instants at which people are asked and things fall due."""

from collections.abc import Container
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from schemas.asks import Calendar

DAY = timedelta(days=1)


def is_working_day(days_off: Container[date], day: date) -> bool:
    """Monday to Friday, and none of the days off."""
    return day.weekday() < 5 and day not in days_off


def is_business_day(calendar: Calendar, day: date) -> bool:
    """Whether people are asked on that day: Monday to Friday, no holiday of the program."""
    return is_working_day(calendar.holidays, day)


def business_days_after(calendar: Calendar, day: date, count: int) -> date:
    """The day `count` business days after `day` (before it when negative); 0 gives `day` itself."""
    step = DAY if count > 0 else -DAY
    for _ in range(abs(count)):
        day += step
        while not is_business_day(calendar, day):
            day += step
    return day


def on_business_day(calendar: Calendar, day: date, *, forward: bool = True) -> date:
    """`day` itself if people are asked then, else the next (or the previous) such day."""
    step = DAY if forward else -DAY
    while not is_business_day(calendar, day):
        day += step
    return day


def quarter_after(day: date, count: int) -> date:
    """The first day of the `count`th calendar quarter after the one that `day` lies in."""
    months = day.year * 12 + (day.month - 1) // 3 * 3 + count * 3
    return date(months // 12, months % 12 + 1, 1)


@lru_cache(maxsize=65536)
def instant(time_zone: str, day: date, clock: str) -> datetime:
    """The UTC instant of a wall-clock time (`09:00`) on a site day."""
    hour, minute = clock.split(":")
    return datetime.combine(day, time(int(hour), int(minute)), ZoneInfo(time_zone)).astimezone(UTC)


@lru_cache(maxsize=65536)
def site_day(time_zone: str, at: datetime) -> date:
    """The date at the worksite at an instant."""
    return at.astimezone(ZoneInfo(time_zone)).date()


def next_asking(calendar: Calendar, after: datetime) -> datetime:
    """The first moment at which people may be asked, at or after an instant."""
    day = on_business_day(calendar, site_day(calendar.time_zone, after))
    at = instant(calendar.time_zone, day, calendar.asks_at)
    if at >= after:
        return at
    return instant(calendar.time_zone, business_days_after(calendar, day, 1), calendar.asks_at)
