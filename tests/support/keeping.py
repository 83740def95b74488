"""A keeper of secrets in memory, as tests want it: `domain.signing_in.SecretKeeper`."""

from drtui.domain.problems import ProblemError
from drtui.domain.signing_in import Secret


class Memory:
    """A keeper; `lasting` is whether it claims to outlive the process, `stuck` deletes nothing."""

    def __init__(self, *, lasting: bool = True) -> None:
        self.entries: dict[tuple[str, str, Secret], str] = {}
        self.lasting = lasting
        self.stuck = False

    def keep(self, account: str, user: str, secret: Secret, value: str) -> bool:
        self.entries[account, user, secret] = value
        return self.lasting

    def find(self, account: str, user: str, secret: Secret) -> str | None:
        return self.entries.get((account, user, secret))

    def forget(self, account: str, user: str) -> None:
        if self.stuck:
            raise ProblemError("The keyring did not delete the sign-in.")
        for secret in Secret:
            self.entries.pop((account, user, secret), None)

    def take_notice(self) -> str:
        return ""
