"""Write app/calendars/cn.json anew from the two calendar packages of the development environment.

The published years come from ``chinesecalendar``; the statutory days of the years after them, which
stay provisional, from ``holidays``, whose documentation also names the page of each notice. Run it
after either package knows a new State Council notice.
"""

import json
import re
from datetime import date
from pathlib import Path

import chinese_calendar
import holidays.countries
from chinese_calendar import constants

TARGET = Path(__file__).parent.parent / "app" / "calendars" / "cn.json"
VERSION = 1
LAST_PROVISIONAL_YEAR = 2035
VICTORY_DAY = "抗战胜利纪念日"
ENGLISH = {
    "元旦": "New Year's Day",
    "春节": "Spring Festival",
    "清明节": "Tomb-Sweeping Day",
    "劳动节": "Labour Day",
    "端午节": "Dragon Boat Festival",
    "中秋节": "Mid-Autumn Festival",
    "国庆节": "National Day",
    VICTORY_DAY: "Victory Day 2015",
}
CHINESE = {
    chinese_calendar.Holiday.new_years_day: "元旦",
    chinese_calendar.Holiday.spring_festival: "春节",
    chinese_calendar.Holiday.tomb_sweeping_day: "清明节",
    chinese_calendar.Holiday.labour_day: "劳动节",
    chinese_calendar.Holiday.dragon_boat_festival: "端午节",
    chinese_calendar.Holiday.mid_autumn_festival: "中秋节",
    chinese_calendar.Holiday.national_day: "国庆节",
    chinese_calendar.Holiday.anti_fascist_70th_day: VICTORY_DAY,
}
NUMBERS = {"2006": "国办发明电〔2005〕35号"}  # of the notices read; those of other years are not verified
NOTICE = re.compile(r"\* \[(\d{4})\]\((?:https://web\.archive\.org/web/\d+/)?(https://\S+)\)")
# 国办发明电〔2005〕35号: 2005-12-31, a Saturday, is worked for 2006-01-03; chinesecalendar 1.11 lacks it.
MAKEUP_DAYS_MISSING = {date(2005, 12, 31): "元旦"}


def build() -> dict[str, object]:
    """Put the document together; it depends on the two packages alone."""
    by_english = {kind.value: name for kind, name in CHINESE.items()}
    off = {day: by_english[name] for day, name in constants.holidays.items()}
    makeup = {day: by_english[name] for day, name in constants.workdays.items()} | MAKEUP_DAYS_MISSING
    published = range(min(off).year, max(off).year + 1)
    statutory = holidays.country_holidays(
        "CN", years=range(published.stop, LAST_PROVISIONAL_YEAR + 1), language="zh_CN"
    )
    off |= {day: _festival(name) for day, name in statutory.items() if day.year not in published}
    return {
        "code": "cn",
        "version": VERSION,
        "name": {"zh": "国务院办公厅节假日安排", "en": "Holidays by the notices of the State Council"},
        "notes": [
            "2005-12-31: 国办发明电〔2005〕35号，星期六上班 / a Saturday worked by the notice for 2006",
            f"{published.stop}–{LAST_PROVISIONAL_YEAR}: 仅法定节日，暂定 / statutory days only, provisional",
        ],
        "festivals": ENGLISH,
        "published_years": list(published),
        "notices": {
            year: {"notice": NUMBERS.get(year), "url": url}
            for year, url in NOTICE.findall(holidays.countries.China.__doc__ or "")
            if int(year) in published
        },
        "days_off": {day.isoformat(): off[day] for day in sorted(off)},
        "makeup_days": {day.isoformat(): makeup[day] for day in sorted(makeup)},
    }


def _festival(name: str) -> str:
    """Reduce "春节（补假）; 国庆节" and "农历除夕" to the festival that the day belongs to."""
    first = re.sub("（.*?）", "", name.split(";", maxsplit=1)[0]).strip()
    return {"农历除夕": "春节"}.get(first, first)


if __name__ == "__main__":
    TARGET.write_text(json.dumps(build(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
