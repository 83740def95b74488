"""What is typed into the forms of the Setup screen; the limits as they were typed."""

from dataclasses import dataclass

from drtui.domain.setting_keys import Registration


@dataclass(frozen=True, slots=True)
class EnableTexts:
    """What was asked for when enabling multi-user mode.

    Attributes:
        hours: Of training that a new user gets.
        models: That a new user may create; empty leaves the limit as it is.
        registration: Who may make a profile; None leaves it as it is.
    """

    hours: str
    models: str = ""
    registration: Registration | None = None


@dataclass(frozen=True, slots=True)
class SettingTexts:
    """What the deployment's settings shall be; empty and None leave one as it is."""

    hours: str = ""
    models: str = ""
    instance_hours: str = ""
    instance_models: str = ""
    registration: Registration | None = None
