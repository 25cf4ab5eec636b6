"""What the papers would file a scenario under; nothing in the model reads it."""

from typing import Literal

from scenarios.form import Form

Mode = Literal["lead_seller", "cooperative", "individual"]
PracticeModel = Literal["party_led", "digital_grassroots", "charity_integration", "civic_practice"]
Role = Literal[
    "advocate",
    "brand_builder",
    "bridge",
    "capacity_builder",
    "catalyst",
    "connector",
    "coordinator",
    "culture_transmitter",
    "educator",
    "enabler",
    "execution_supervisor",
    "hub",
    "need_finder",
    "organiser",
    "policy_advocate",
    "resource_linker",
    "resource_matcher",
    "service_provider",
    "therapist",
]
Barrier = Literal[
    "role_unclear", "administrative_tasks", "trust_hard_to_win", "effects_end_with_project"
]


class Tags(Form):
    """Operating mode (000), practice model (003), roles and barriers of social work."""

    mode: Mode | None = None
    model: PracticeModel | None = None
    roles: tuple[Role, ...] = ()
    barriers: tuple[Barrier, ...] = ()

    def told(self) -> tuple[str, ...]:
        """Each tag with its kind, modes first.

        >>> Tags(mode="individual", roles=("hub",)).told()
        ('mode_individual', 'role_hub')
        """
        return (
            *((f"mode_{self.mode}",) if self.mode else ()),
            *((f"model_{self.model}",) if self.model else ()),
            *(f"role_{role}" for role in self.roles),
            *(f"barrier_{barrier}" for barrier in self.barriers),
        )
