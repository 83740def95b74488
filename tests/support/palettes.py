"""The palette in tests: opened, and what it offers."""

from textual.command import Command, CommandList, CommandPalette

from tests.support.driving import Console


def titles(console: Console) -> list[str]:
    return [str(one.hit.text) for one in hits(console)]


def hits(console: Console) -> list[Command]:
    commands = console.app.screen.query_one(CommandList).options
    return [one for one in commands if isinstance(one, Command)]


async def opened(console: Console, typed: str = "") -> list[str]:
    """Open the palette, type into it, and return what it offers."""
    await console.press("colon")
    await console.dialog(CommandPalette)
    await console.until(lambda: "Colours: dark" in titles(console), "the commands")
    if typed:
        await console.write(typed)
        await console.until(lambda: "Colours: dark" not in titles(console), "what matches")
    return titles(console)
