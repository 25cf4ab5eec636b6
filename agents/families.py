"""Families: women who share a house share its care."""

from agents.columns import Column, RowAgent


class Family(RowAgent):
    """One household."""

    size = Column("persons", "members")
    women = Column("persons", "women of working age")
    children_u6 = Column("persons", "children under 6")
    children_6_12 = Column("persons", "children of 6 to 12")
    elders_need = Column("persons", "elders who need care")
    disabled = Column("persons", "disabled members")
    elders_help = Column("persons", "elders who help with child care")
    husband_home = Column("flag", "a husband lives at home")
    husband_away = Column("flag", "a husband works elsewhere")
    hamlet = Column("code", "hamlet")
    has_pc = Column("flag", "had a computer before 2015")
    care_need = Column("hours/week", "care and housework the family needs")
    care_given = Column("hours/week", "care given by carers from outside the family")
    care_man = Column("hours/week", "care and housework of the husband")
    support = Column("0-1", "support for her selling")
    norm = Column("0-1", "strictness of gender norms at home")
    conflict = Column("0-1", "quarrels over roles")
    sessions = Column("sessions", "family sessions that still count")
    with_elders = Column("sessions", "of these, with elders of the house taking part")
    campaign = Column("events", "events of norm campaigns that still count")
    fund_got = Column("yuan/week", "got from a benefit fund")
    other_income = Column("yuan/week", "income of the other members")
    account = Column("yuan", "balance of the family account")
