"""The terminal: size, colours, where copied text goes, the encoding, and what a lost one ends."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from drtui.commands.doctor.surroundings import Screen, Surroundings
from drtui.domain.doctoring import Area, Check, Verdict, check

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9+._-]{0,39}")
_TMUX: Final = re.compile(r"tmux (?:next-)?(\d{1,3})\.(\d{1,3})")
_LEAST_TMUX: Final = (3, 2)  # `load-buffer -w`
_TMUX_CLIPBOARD: Final = (
    "Update tmux to 3.2 or newer, or put “set -g set-clipboard on” into tmux.conf; what is copied "
    "is shown, so that it can be selected by hand."
)
_BY_HAND: Final = "What is copied is shown, so that it can be selected by hand."
_LOGIND: Final = ("etc/systemd", "run/systemd", "usr/local/lib/systemd", "usr/lib/systemd")
_YES: Final = frozenset({"1", "yes", "y", "true", "t", "on"})


def examine_terminal(surroundings: Surroundings) -> list[Check]:
    """Return the checks of the terminal."""
    screen, environment = surroundings.screen, surroundings.environment
    return [
        _size(screen),
        _colours(environment),
        _clipboard(screen, environment),
        _encoding(screen, environment),
        _hang_up(surroundings),
    ]


def _size(screen: Screen) -> Check:
    width, height = screen.least
    if screen.columns is None or screen.lines is None:
        why = "Standard output is no terminal, so there is no size to look at."
        return check(Area.TERMINAL, "size", Verdict.NOT_CHECKED, why)
    found = f"{screen.columns} by {screen.lines}"
    if screen.columns < width or screen.lines < height:
        why = f"{found}, and the console needs {width} by {height} at the least."
        advice = "Make the window larger, or its letters smaller; the commands work at any size."
        return check(Area.TERMINAL, "size", Verdict.WARNING, why, advice)
    return check(Area.TERMINAL, "size", Verdict.OK, f"{found}; {width} by {height} are needed.")


def _colours(environment: Mapping[str, str]) -> Check:
    term = environment.get("TERM", "")
    if term in {"", "dumb"}:
        said = "TERM is “dumb”" if term else "TERM is not set"
        return check(
            Area.TERMINAL,
            "colours",
            Verdict.WARNING,
            f"{said}, so the console may not be drawn right; the commands work.",
            "Set TERM to what the terminal is, such as xterm-256color.",
        )
    shown = term if _NAME.fullmatch(term) else "something odd"
    if "NO_COLOR" in environment:
        colours = "none, since NO_COLOR is set"
    elif environment.get("COLORTERM", "").lower() in {"truecolor", "24bit"}:
        colours = "all (COLORTERM says so)"
    elif "256" in term:
        colours = "256"
    else:
        colours = "16, unless the terminal can do more than TERM and COLORTERM say"
    return check(Area.TERMINAL, "colours", Verdict.OK, f"TERM is {shown}; colours: {colours}.")


def _clipboard(screen: Screen, environment: Mapping[str, str]) -> Check:
    name = "clipboard"
    if screen.tmux:
        found = _TMUX.match(screen.tmux_version)
        if found is None:
            why = "Through tmux (load-buffer); its version is not known, and 3.2 is needed."
            return check(Area.TERMINAL, name, Verdict.OK, why)
        version = f"{found[1]}.{found[2]}"
        if (int(found[1]), int(found[2])) < _LEAST_TMUX:
            why = f"tmux {version} is older than 3.2, so text that is copied may stay in drtui."
            return check(Area.TERMINAL, name, Verdict.WARNING, why, _TMUX_CLIPBOARD)
        why = f"Through tmux {version} (load-buffer), and on to the terminal around it."
        return check(Area.TERMINAL, name, Verdict.OK, why)
    if "TMUX" in environment:
        why = "This is tmux, but its program is not found, and tmux keeps OSC 52 to itself."
        return check(Area.TERMINAL, name, Verdict.WARNING, why, f"Put tmux on the PATH. {_BY_HAND}")
    if "STY" in environment:
        why = "This is GNU screen, which may keep the terminal's clipboard (OSC 52) to itself."
        advice = f"Use tmux 3.2 or newer for a clipboard. {_BY_HAND}"
        return check(Area.TERMINAL, name, Verdict.WARNING, why, advice)
    why = "By the terminal itself (OSC 52), which not every terminal takes."
    return check(Area.TERMINAL, name, Verdict.OK, why)


def _encoding(screen: Screen, environment: Mapping[str, str]) -> Check:
    setting = next(
        (name for name in ("LC_ALL", "LC_CTYPE", "LANG") if environment.get(name)), "no locale"
    )
    encoding = screen.encoding if _NAME.fullmatch(screen.encoding) else "something odd"
    if encoding.lower().replace("-", "").replace("_", "") == "utf8":
        return check(Area.TERMINAL, "locale", Verdict.OK, f"UTF-8 ({setting}).")
    why = f"Text is written in {encoding} ({setting}), so that signs and names come out broken."
    advice = "Set LC_ALL to a UTF-8 locale, such as C.UTF-8."
    return check(Area.TERMINAL, "locale", Verdict.WARNING, why, advice)


def _hang_up(surroundings: Surroundings) -> Check:
    name = "lost session"
    settings = _logind(surroundings.root)
    goes_on = "the sync engine goes on, and delivers what is due"
    if settings is None:
        why = f"This system has no logind; when the terminal is lost {goes_on}."
        return check(Area.TERMINAL, name, Verdict.OK, why)
    kills = settings.get("killuserprocesses", "")
    only = settings.get("killonlyusers", "").split()
    spared = surroundings.user in settings.get("killexcludeusers", "root").split()
    if kills.lower() in _YES and not spared and (not only or surroundings.user in only):
        return check(
            Area.TERMINAL,
            name,
            Verdict.WARNING,
            "logind is set to KillUserProcesses=yes: when the last SSH session of this user ends, "
            "tmux and the sync engine end with it; what is not delivered then waits for drtui to "
            "be run again.",
            "Run “loginctl enable-linger” once, and begin with “systemd-run --scope --user tmux”; "
            "or have the administrator add this user to KillExcludeUsers.",
        )
    if kills or spared:
        why = f"logind leaves the processes of this user alone; when the terminal is lost {goes_on}"
        return check(Area.TERMINAL, name, Verdict.OK, f"{why}.")
    why = (
        "logind does not say KillUserProcesses, so that the distribution's default holds, which "
        f"is nearly always no: when the terminal is lost {goes_on}."
    )
    return check(Area.TERMINAL, name, Verdict.OK, why)


def _logind(root: Path) -> dict[str, str] | None:
    """Return what logind is set to, by name in lower case; None where it is not there.

    The first main file counts; drop-ins count after it, by name, one of a stronger folder in place
    of its namesakes (logind.conf(5)).
    """
    folders = [root / each for each in _LOGIND]
    main = [path for path in (folder / "logind.conf" for folder in folders) if path.is_file()]
    drop_ins: dict[str, Path] = {}
    for folder in reversed(folders):
        drop_ins |= {path.name: path for path in sorted((folder / "logind.conf.d").glob("*.conf"))}
    paths = [*main[:1], *(drop_ins[name] for name in sorted(drop_ins))]
    if not paths:
        return None
    found: dict[str, str] = {}
    for path in paths:
        found |= _login_section(path)
    return found


def _login_section(path: Path) -> dict[str, str]:
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {}
    found: dict[str, str] = {}
    section = ""
    for line in (each.strip() for each in text.splitlines()):
        if line.startswith("["):
            section = line
        elif section == "[Login]" and "=" in line and not line.startswith(("#", ";")):
            name, _, value = line.partition("=")
            found[name.strip().lower()] = value.strip()
    return found
