"""Opening hours as sorted integers: `elapsed` is two bisections, `add` one or two, whatever the span."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Windows = Sequence[tuple[str, str]]

DAY = 86_400
# Instants outside these years are refused: no incident is there, and compiling them would only take time.
FIRST_YEAR, LAST_YEAR = 1900, 2400
_YEARS_AT_ONCE = 5
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_MIDNIGHT = 24 * 60
NO_DAY = "Un délai en jours compte au moins un jour."
_HOUR = re.compile(r"([0-9]{1,2}):([0-9]{2})")


class CalendarError(ValueError):
    """A calendar that cannot be: never open, windows that overlap or end before they begin, an unknown zone.

    Also an instant that no calendar covers (see FIRST_YEAR and LAST_YEAR).
    """


class _Segments(NamedTuple):
    """Openings [starts[i], ends[i]), and the open seconds up to ends[i] since the first instant covered.

    An empty opening stands at either end of the horizon, so that every instant inside has one before and one after.
    """

    starts: list[int]
    ends: list[int]
    totals: list[int]


class WorkingCalendar:
    """Weekly opening windows in a time zone, with dated exceptions (closed, or other windows).

    `weekly` maps 0 (Monday) .. 6 to ("HH:MM", "HH:MM") windows, "24:00" allowed as an end; `exceptions` replaces the
    windows of one date, none meaning closed. An edited calendar keeps its `former` hours before the instant `since`:
    time that has passed is never counted again (rule 12). Instants are seconds UTC. Raises CalendarError for a calendar
    that cannot be. Safe to share between threads.
    """

    def __init__(
        self,
        timezone: str,
        weekly: Mapping[int, Windows],
        exceptions: Mapping[date, Windows] | None = None,
        *,
        former: "WorkingCalendar | None" = None,
        since: int = 0,
    ) -> None:
        try:
            self.zone = ZoneInfo(timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
            raise CalendarError(f"Fuseau horaire inconnu : {timezone}.") from unknown
        self.timezone = timezone
        if unknown_days := set(weekly) - set(range(7)):
            raise CalendarError(f"Jour de la semaine inconnu : {min(unknown_days)} (0 pour lundi, 6 pour dimanche).")
        self._weekly = [_minutes(weekly.get(day, ())) for day in range(7)]
        if not any(self._weekly):
            raise CalendarError("Ce calendrier n'ouvre jamais : donnez au moins une plage d'ouverture par semaine.")
        self._exceptions = {day: _minutes(windows) for day, windows in (exceptions or {}).items()}
        if former is not None and former.timezone != timezone:
            raise CalendarError("Un calendrier modifié garde son fuseau horaire.")
        self._former, self._since = former, since
        self._changed_on = date.min if former is None else self.day_of(since)
        # Compiled when first asked, and further when asked beyond. One attribute, replaced whole: a thread that reads
        # meanwhile sees one horizon or the other, never half of each.
        self._segments = _Segments([], [], [])

    def add(self, start: int, seconds: int) -> int:
        """The earliest instant >= `start` at which `seconds` of opening have passed; `start` for none.

        When they run out exactly at closing time, it is that closing instant, not the next opening. Raises
        CalendarError beyond LAST_YEAR.
        """
        if seconds <= 0:
            return start
        starts, ends, totals = self._segments
        while True:
            index = bisect_right(starts, start) - 1
            if index >= 0:
                end, total = ends[index], totals[index]
                goal = total + seconds if start >= end else total + seconds - end + start
                if goal <= total:
                    return end - total + goal
                if goal <= totals[-1]:
                    index = bisect_left(totals, goal, index + 1)
                    return ends[index] - totals[index] + goal
            # In time closed for good the loop still ends: the horizon is bounded.
            starts, ends, totals = self._grow(start if index < 0 else max(start, ends[-1]) + 1)

    def elapsed(self, start: int, end: int) -> int:
        """The seconds of opening in [start, end); 0 when `end` is not after `start`.

        Raises CalendarError for instants outside FIRST_YEAR .. LAST_YEAR.
        """
        if end <= start:
            return 0
        starts, ends, totals = self._segments
        while not ends or start < starts[0]:
            starts, ends, totals = self._grow(start)
        while end > ends[-1]:
            starts, ends, totals = self._grow(end)
        first = bisect_right(starts, start) - 1
        last = bisect_right(starts, end, first) - 1
        passed = totals[last] - totals[first]
        if start < ends[first]:
            passed += ends[first] - start
        if end < ends[last]:
            passed -= ends[last] - end
        return passed

    def openings(self, start: int, end: int) -> list[tuple[int, int]]:
        """The openings within [start, end), those that touch made one. Raises as `elapsed` does."""
        if end <= start:
            return []
        self.elapsed(start, end)  # compiles as far as needed
        starts, ends, _ = self._segments
        first = max(bisect_right(starts, start) - 1, 0)
        found = []
        for index in range(first, bisect_left(starts, end)):
            opens, closes = max(starts[index], start), min(ends[index], end)
            if opens < closes:
                found.append((opens, closes))
        return found

    def is_open(self, instant: int) -> bool:
        """Whether `instant` is inside an opening; the closing instant itself no longer is."""
        return any(start <= instant < end for start, end in self._openings(self.day_of(instant)))

    def day_of(self, instant: int) -> date:
        """The local day that `instant` falls on. Raises CalendarError for one that no calendar covers."""
        try:
            return datetime.fromtimestamp(instant, self.zone).date()
        except (ValueError, OverflowError, OSError) as beyond:
            raise CalendarError(f"L'instant {instant} est hors de tout calendrier.") from beyond

    def last_closing(self, day: date) -> int | None:
        """When the calendar closes for the last time that day, or None when it does not open.

        A day that had closed when its hours were edited keeps its closing.
        """
        if self._former is not None and day == self._changed_on:
            closed = self._former.last_closing(day)
            if closed is not None and closed <= self._since:
                return closed
        openings = self._openings(day)
        return openings[-1][1] if openings else None

    def nth_working_day_close(self, start: int, n: int) -> int:
        """The last closing of the `n`-th open day after the local day of `start`, which is not counted (rule 2).

        Raises ValueError when `n` is not at least 1, CalendarError beyond LAST_YEAR.
        """
        day, left = self.day_of(start), n
        if n < 1:
            raise ValueError(NO_DAY)
        while True:
            day += timedelta(days=1)
            _refuse_beyond(day)
            closing = self.last_closing(day)
            if closing is not None:
                left -= 1
                if left == 0:
                    return closing

    def nth_calendar_day_end(self, start: int, n: int) -> int:
        """The end (24:00) of the `n`-th local day after the day of `start`, which is not counted (rule 2).

        Raises ValueError when `n` is not at least 1.
        """
        if n < 1:
            raise ValueError(NO_DAY)
        return self._instant(self.day_of(start) + timedelta(days=n), _MIDNIGHT)

    def _openings(self, day: date) -> list[tuple[int, int]]:
        """The openings of a local day as instants, under the hours that were valid at each."""
        if self._former is None or day > self._changed_on:
            return self._own_openings(day)
        former = self._former._openings(day)
        if day < self._changed_on:
            return former
        before = [(start, min(end, self._since)) for start, end in former if start < self._since]
        after = [(max(start, self._since), end) for start, end in self._own_openings(day) if end > self._since]
        return before + after

    def _own_openings(self, day: date) -> list[tuple[int, int]]:
        """The openings of a local day as this pattern has them; a window that daylight saving swallows is none."""
        windows = self._exceptions.get(day)
        if windows is None:
            windows = self._weekly[day.weekday()]
        if not windows:
            return []
        midnight, next_midnight = self._instant(day, 0), self._instant(day, _MIDNIGHT)
        if next_midnight - midnight == DAY:
            return [(midnight + opens * 60, midnight + closes * 60) for opens, closes in windows]
        instants = ((self._instant(day, opens), self._instant(day, closes)) for opens, closes in windows)
        return [(start, end) for start, end in instants if start < end]

    def _grow(self, wanted: int) -> _Segments:
        """Compile further, until `wanted` is covered and for twice as long as before at least."""
        day = self.day_of(wanted)
        _refuse_beyond(day)
        _, ends, _ = segments = self._segments
        if ends:
            first, last = self.day_of(segments.starts[0]).year, self.day_of(ends[-1]).year
        else:
            first = last = day.year
        more = max(last - first, _YEARS_AT_ONCE)
        if day.year < first or (ends and wanted < segments.starts[0]):
            first = min(first - more, day.year)
        else:
            last = max(last, day.year) + more
        self._segments = self._compile(max(first, FIRST_YEAR), min(last, LAST_YEAR + 1))
        return self._segments

    def _compile(self, first_year: int, last_year: int) -> _Segments:
        """Every opening from 1 January of the first year to 1 January of the last."""
        first, last = date(first_year, 1, 1), date(last_year, 1, 1)
        begin, finish = self._instant(first, 0), self._instant(last, 0)
        starts, ends, totals = [begin], [begin], [0]
        total = 0
        for ordinal in range(first.toordinal(), last.toordinal()):
            for start, end in self._openings(date.fromordinal(ordinal)):
                total += end - start
                if ends[-1] == start:
                    ends[-1], totals[-1] = end, total
                else:
                    starts.append(start)
                    ends.append(end)
                    totals.append(total)
        starts.append(finish)
        ends.append(finish)
        totals.append(total)
        return _Segments(starts, ends, totals)

    def _instant(self, day: date, minute: int) -> int:
        """The instant of a wall-clock minute of `day`; 24:00 is the next day's midnight.

        A time that comes twice in the autumn is its first one; a time that the spring skips is the moment of the skip.
        Both keep the order of the clock on the wall, so that windows never come to overlap.
        """
        if minute == _MIDNIGHT:
            day, minute = day + timedelta(days=1), 0
        local = datetime.combine(day, time(minute // 60, minute % 60))
        wall = (day.toordinal() - _EPOCH_DAY) * DAY + minute * 60
        before = wall - _offset(local.replace(tzinfo=self.zone))
        after = wall - _offset(local.replace(tzinfo=self.zone, fold=1))
        if before <= after:
            return before
        return self._change_between(after, before)

    def _change_between(self, low: int, high: int) -> int:
        """The first instant in (low, high] at which the zone no longer has the offset it has at `low`."""
        offset = _offset(datetime.fromtimestamp(low, self.zone))
        while high - low > 1:
            middle = (low + high) // 2
            if _offset(datetime.fromtimestamp(middle, self.zone)) == offset:
                low = middle
            else:
                high = middle
        return high


@lru_cache(maxsize=32)
def ALWAYS_OPEN(timezone: str) -> WorkingCalendar:
    """24 hours a day, every day: counting in it is plain arithmetic. Raises CalendarError for an unknown zone."""
    return WorkingCalendar(timezone, dict.fromkeys(range(7), (("00:00", "24:00"),)))


def _offset(local: datetime) -> int:
    """Seconds to take from the clock on the wall to have UTC."""
    offset = local.utcoffset()
    return 0 if offset is None else offset.days * DAY + offset.seconds


def _refuse_beyond(day: date) -> None:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise CalendarError(
            f"Le {day:%d/%m/%Y} est hors des années {FIRST_YEAR} à {LAST_YEAR} qu'un calendrier couvre."
        )


def _minutes(windows: Windows) -> list[tuple[int, int]]:
    """Windows as minutes of the day, sorted; refuses those that overlap or end before they begin."""
    read = sorted((_minute(opens), _minute(closes)) for opens, closes in windows)
    for opens, closes in read:
        if closes <= opens:
            raise CalendarError("Une plage d'ouverture se termine après son début.")
    for (_, closes), (opens, _) in pairwise(read):
        if opens < closes:
            raise CalendarError("Deux plages d'ouverture d'un même jour se chevauchent.")
    return read


def _minute(text: str) -> int:
    read = _HOUR.fullmatch(text)
    if read is None or int(read[2]) > 59:
        raise CalendarError(f"Heure illisible : {text}.")
    minute = int(read[1]) * 60 + int(read[2])
    if minute > _MIDNIGHT:
        raise CalendarError(f"Heure au-delà de 24:00 : {text}.")
    return minute
