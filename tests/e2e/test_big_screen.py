"""`drtui races show RACE --big` in tmux: for an audience, with and without a network."""

from pathlib import Path

from tests.e2e.running import COMMAND, drtui_on
from tests.e2e.tmux import needs_tmux, tmux_server
from tests.support.emulator import running_emulator

pytestmark = needs_tmux


def test_the_big_screen_lives_on_without_a_network_and_hides_at_once(tmp_path: Path) -> None:
    with running_emulator(racers=40, deployment="1.3.1") as emulator:
        day = 86_400
        made = emulator.control(
            "add_races", count=1, name="Grand final", opens_in=-day, closes_in=day, live_in=-60
        )
        race_id = str(made["race_ids"][0])
        emulator.control("enter", race_id=race_id, racers=6)
        drtui = drtui_on(emulator, tmp_path / "home")
        drtui("races", "list", "--sync")
        with tmux_server(drtui.environment) as server:
            command = [*COMMAND, "races", "show", "Grand final", "--big"]
            server.start(["sh", "-c", '"$@"; echo "left with $?"; cat', "sh", *command], 80, 24)
            server.see("G r a n d", "NEXT", "esc leaves")
            queue = emulator.request("GET", f"/leaderboards/{race_id}/liveQueue").json()["items"]
            first = min(queue, key=lambda one: str(one["queuePosition"]).encode())
            alias = str(first["participantName"])
            drtui("races", "hide", "--", alias)
            server.see("1 (hidden)")
            emulator.control("network", state="down")
            server.see("nothing newer could be read", "1 (hidden)")
            emulator.control("network", state="up")
            server.wait_for(lambda text: "nothing newer" not in text, "the age of the new reading")
            server.press("q")
            server.see("left with 0")
