"""`drtui doctor` for an account with a sign-in: what it knows before and after, and no secret."""

from pathlib import Path

from tests.e2e.forking import Forks
from tests.e2e.running import Drtui, clean_environment
from tests.support.moto import RunningMoto
from tests.support.real import FACILITATOR, PASSWORD, running_deployment


def test_the_report_follows_a_sign_in_from_beginning_to_end(
    tmp_path: Path, forks: Forks, moto: RunningMoto
) -> None:
    home = tmp_path / "home"
    with running_deployment(moto) as real:
        environment = clean_environment(home) | real.environment(tmp_path / "keyring.json")
        drtui = Drtui(home, environment, forks=forks)
        drtui("account", "add", "event", "--site", real.site)

        def lines() -> dict[str, tuple[str, str]]:
            found = drtui("doctor", "--json").json()
            return {each["name"]: (each["verdict"], each["why"]) for each in found}

        before = lines()
        for name in ("web site", "API", "user pool", "identity pool", "clock", "keyring"):
            assert before[name][0] == "ok", before[name]
        assert before["sign-in"][0] == "not checked"

        password = f"{PASSWORD}\n".encode()
        drtui("account", "sign-in", "--user", FACILITATOR, "--password-stdin", stdin=password)
        drtui("users", "list", "--json")
        after = lines()
        assert after["sign-in"][0] == "ok"
        assert "kept in the keyring" in after["sign-in"][1]
        assert after["role"][1].startswith("Race facilitator")
        assert after["version"][1].startswith("v1.")

        report = drtui("doctor").out
        assert not [secret for secret in real.secrets if secret in report]
        assert PASSWORD not in report
        assert FACILITATOR not in report.split()

        drtui("account", "sign-out")
        assert lines()["sign-in"][0] == "warning"
        real.skew(600.0)
        skewed = drtui("doctor", "--json", code=1).json()
        clock = next(each for each in skewed if each["name"] == "clock")
        assert (clock["verdict"], "10.0 min behind" in clock["why"]) == ("failed", True)
