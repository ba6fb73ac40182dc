"""Forms of the Places screen: a setting, a vacancy, a hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rcc_tui.domain.codes import PLACE
from rcc_tui.domain.dates import show_date
from rcc_tui.domain.needs import MAX_SIBLINGS, RATIOS, STAYS
from rcc_tui.domain.vacancy import CARE_TYPES, SECTORS, SettingFacts, VacancyFacts, care_type
from screens.form_screen import FormScreen, number, words
from screens.pane import brief
from screens.widgets.codefield import Option
from screens.widgets.form import (
    CodeField,
    DateField,
    Field,
    Form,
    MoneyField,
    NumberField,
    TextField,
    YesNoField,
)

SEXES: tuple[Option, ...] = (("A", "Any"), ("F", "Girls"), ("M", "Boys"))
PLACES: tuple[Option, ...] = tuple(
    (code, f"{PLACE.get(code, '')} ({kind})") for kind, codes in CARE_TYPES.items() for code in codes
)
_OLDEST = 25
_MOST = 999


class SettingForm(FormScreen):
    """A new home or household, or changes to one.

    Args:
        authorities: code and name of those it may belong to; the first is taken when nothing else is said.
        id: the setting's id; empty for a new one.
        before: its facts as they are.
    """

    HEADING = "Setting"

    def __init__(
        self, authorities: Sequence[Option], id: str = "", before: SettingFacts | None = None
    ) -> None:
        self._authorities = tuple(authorities)
        self._record = id
        self._before = before
        super().__init__(f"Setting {before.name}" if before else "New setting", f"setting:{id or 'new'}")

    def make_form(self) -> Form:
        """The form."""
        old = self._before
        first = self._authorities[0] if self._authorities else ("", "")
        owner = (
            []
            if len(self._authorities) < 2
            else [
                CodeField(
                    "authority",
                    "Authority",
                    self._authorities,
                    value=old.authority if old else first[0],
                    required=True,
                )
            ]
        )
        return Form(
            TextField("name", "Name", value=old.name if old else "", required=True),
            TextField("provider", "Provider", value=old.provider if old else first[1], required=True),
            TextField("ref", "Own ref", value=old.ref if old else "", required=True, hint="your id, stays"),
            *owner,
            CodeField("place", "Type", PLACES, value=old.place if old else "", required=True),
            TextField("town", "Town", value=old.town if old else ""),
            TextField("outcode", "Outcode", value=old.outcode if old else "", hint="first half: SL1"),
            NumberField(
                "registered", "Registered places", most=_MOST, value=_digits(old.registered if old else 0)
            ),
            NumberField("occupied", "Occupied", most=_MOST, value=_digits(old.occupied if old else 0)),
            NumberField("reserved", "Reserved", most=_MOST, value=_digits(old.reserved if old else 0)),
            TextField("urn", "Ofsted URN", value=old.urn if old else "", hint="SC123456 or 7 digits"),
            CodeField("sector", "Sector", [(name, "") for name in SECTORS], value=old.sector if old else ""),
            TextField("grade", "Last grade", value=old.grade if old else ""),
            TextField("framework", "Framework", value=old.framework if old else ""),
        )

    def save(self, values: dict[str, str]) -> None:
        """Open the setting, or change it."""
        from rcc_tui.services import places

        facts = self._facts(values)
        if self._record:
            self.send(
                lambda desk: places.edit_setting(desk, self._record, facts),
                lambda view: f"Changed {brief(view.facts.name)}. e changes it back.",
            )
        else:
            self.send(
                lambda desk: places.add_setting(desk, facts),
                lambda view: f"Added {brief(view.facts.name)}. n gives it a vacancy.",
            )

    def _facts(self, values: dict[str, str]) -> SettingFacts:
        said = {key: value.strip() for key, value in values.items()}
        owner = values.get("authority") or (
            self._before.authority if self._before else self._authorities[0][0]
        )
        return SettingFacts(
            ref=said["ref"],
            name=said["name"],
            provider=said["provider"],
            authority=owner,
            type=care_type(said["place"])[0],
            place=said["place"],
            outcode=said["outcode"],
            town=said["town"],
            urn=said["urn"],
            sector=said["sector"],
            registered=number(said["registered"]),
            occupied=number(said["occupied"]),
            reserved=number(said["reserved"]),
            grade=said["grade"],
            framework=said["framework"],
        )


class VacancyForm(FormScreen):
    """New accepting places of a setting, or changes to them.

    Args:
        setting: the setting's id; `setting_name` as people know it.
        ref: suggested id of the vacancy.
        id: the vacancy's id; empty for a new one.
        before: its facts as they are.
    """

    HEADING = "Vacancy"

    def __init__(
        self, setting: str, setting_name: str, ref: str = "", id: str = "", before: VacancyFacts | None = None
    ) -> None:
        self._setting = setting
        self._home = setting_name
        self._ref = ref
        self._record = id
        self._before = before
        super().__init__(f"{'Vacancy' if id else 'New vacancy'}: {setting_name}", f"vacancy:{id or setting}")

    def make_form(self) -> Form:
        """The form."""
        return Form(*self._first_fields(), Form.heading("If it matters"), *self._more_fields())

    def _first_fields(self) -> list[Field]:
        old = self._before or VacancyFacts(self._ref, 1, 0, 17)
        return [
            NumberField("accepting", "Places offered", most=_MOST, value=str(old.accepting), required=True),
            NumberField("age_min", "Youngest", most=_OLDEST, value=str(old.age_min), required=True),
            NumberField("age_max", "Oldest", most=_OLDEST, value=str(old.age_max), required=True),
            CodeField("sex", "Girls or boys", SEXES, value=old.sex, required=True),
            TextField(
                "needs", "Needs met", value=", ".join(old.needs), hint="autism, trauma: commas between"
            ),
            NumberField("siblings", "Siblings together", least=1, most=MAX_SIBLINGS, value=str(old.siblings)),
            YesNoField("emergency", "Emergencies", value=_yes(old.emergency)),
            YesNoField("solo", "Solo possible", value=_yes(old.solo)),
            MoneyField("weekly", "Weekly price", value=_digits(old.weekly), hint="empty: by the tariff"),
            DateField("available_from", "Free from", self.read_date, value=old.available_from),
        ]

    def _more_fields(self) -> list[Field]:
        old = self._before or VacancyFacts(self._ref, 1, 0, 17)
        return [
            TextField(
                "reserved_for", "Block place for", value=", ".join(old.reserved_for), hint="codes: 867, 871"
            ),
            DateField(
                "reserved_until",
                "Block until",
                self.read_date,
                value=old.reserved_until,
                hint="empty: always theirs",
            ),
            TextField("protected", "Protected for", value=old.protected, hint="for example UASC"),
            CodeField("ratio", "Adults to children", [(one, "") for one in RATIOS], value=old.ratio),
            TextField(
                "stays",
                "Stays taken",
                value=", ".join(old.stays),
                check=_stays,
                hint="empty: all; or some of short, medium…",
            ),
            YesNoField("ground_floor", "Ground floor", value=_yes(old.ground_floor)),
            YesNoField("education", "Education on site", value=_yes(old.education)),
            TextField("ref", "Own ref", value=old.ref, required=True),
        ]

    def save(self, values: dict[str, str]) -> None:
        """Offer the places, or change the offer."""
        from rcc_tui.services import places

        facts = self._facts(values)
        if self._record:
            self.send(
                lambda desk: places.edit(desk, self._record, facts),
                lambda view: f"Changed the offer of {brief(self._home)}. e changes it back.",
            )
        else:
            self.send(
                lambda desk: places.add(desk, self._setting, facts),
                lambda view: f"{facts.accepting} offered at {brief(self._home)}. x closes it again.",
            )

    def _facts(self, values: dict[str, str]) -> VacancyFacts:
        before = self._before or VacancyFacts(self._ref, 1, 0, 17)
        return replace(
            before,
            ref=values["ref"].strip(),
            accepting=number(values["accepting"]),
            age_min=number(values["age_min"]),
            age_max=number(values["age_max"]),
            sex=values["sex"],
            needs=words(values["needs"]),
            siblings=number(values["siblings"], 1),
            weekly=number(values["weekly"]),
            available_from=values["available_from"],
            reserved_for=words(values["reserved_for"]),
            reserved_until=values["reserved_until"],
            protected=values["protected"].strip(),
            ratio=values["ratio"] or "standard",
            stays=words(values["stays"].casefold()),
            emergency=values["emergency"] == "yes",
            solo=values["solo"] == "yes",
            ground_floor=values["ground_floor"] == "yes",
            education=values["education"] == "yes",
        )


class HoldForm(FormScreen):
    """Keep places of a vacancy for somebody until a day.

    Args:
        vacancy: its id; `name` of the setting.
        members: code and name of those it may be held for.
        until: the day that is offered, ISO.
    """

    HEADING = "Hold"

    def __init__(self, vacancy: str, name: str, members: Sequence[Option], until: str) -> None:
        self._vacancy = vacancy
        self._home = name
        self._members = tuple(members)
        self._until = until
        super().__init__(f"Hold a place: {name}")

    def make_form(self) -> Form:
        """The form."""
        return Form(
            CodeField("held_for", "For whom", self._members, required=True),
            DateField("until", "Until (day)", self.read_date, value=self._until, required=True),
            TextField("time", "Until (time)", value="17:00", check=_minute, hint="17:00"),
            NumberField("places", "Places", least=1, most=MAX_SIBLINGS, value="1"),
            TextField("what", "What for", hint="a referral, a trade, a call"),
        )

    def save(self, values: dict[str, str]) -> None:
        """Hold."""
        from rcc_tui.services import places

        until = f"{values['until']}T{values['time'].strip() or '17:00'}"
        self.send(
            lambda desk: places.hold(
                desk,
                self._vacancy,
                held_for=values["held_for"],
                until=until,
                what=values["what"].strip(),
                places=number(values["places"], 1),
            ),
            lambda view: (
                f"Held for {values['held_for']} until {show_date(values['until'])} {until[11:]}. "
                "r releases it."
            ),
        )


def _digits(value: int | None) -> str:
    return str(value) if value else ""


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _stays(text: str) -> str:
    wrong = [word for word in words(text.casefold()) if word not in STAYS]
    return f"“{wrong[0]}” is no stay. One of {', '.join(STAYS)}." if wrong else ""


def _minute(text: str) -> str:
    hours, colon, minutes = text.strip().partition(":")
    good = colon and len(hours) == 2 and len(minutes) == 2 and (hours + minutes).isascii()
    if good and hours.isdigit() and minutes.isdigit() and int(hours) < 24 and int(minutes) < 60:
        return ""
    return f"“{text}” is no time. Write it like 17:00."
