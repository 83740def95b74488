"""What the screens ask of the commands for participants' access: plans, and passwords.

Like the desk it is imported once the store is open, and may be called from any thread.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from drtui.commands import access, handing_over, help_desk, inviting, passwords
from drtui.commands.access import Removal
from drtui.commands.event import read_event
from drtui.commands.handing_over import Handed
from drtui.commands.participants import kept_among
from drtui.commands.passwords import GivenPassword, Handover
from drtui.commands.selection import Selection
from drtui.commands.workspace import Workspace
from drtui.commands.writing import check_new, reserved, typed_file
from drtui.domain.invitations import event_lacks, missing_of_event
from drtui.domain.participants import Participant
from drtui.domain.planning import Outcome, Plan
from drtui.domain.problems import InvalidInputError, ProblemError
from drtui.domain.sponsor.services import SponsorServices
from drtui.domain.text import clean, fold
from drtui.screens.access_texts import PasswordTexts, RemovalChoice, Where


class AccessDesk:
    """Participants' access on one account.

    Attributes:
        not_used: What there is to say of IAM users and of Identity Center.
        own_provider: The step of off-boarding that drtui cannot do.
        session_hours: How long a sign-in lasts unless the admin says otherwise.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.not_used = access.NOT_USED
        self.own_provider = access.OWN_PROVIDER
        self.session_hours = access.SESSION_HOURS

    def iam_users(self, emails: Sequence[str]) -> Plan:
        """See `commands.access.plan_iam_users`."""
        people = kept_among(self._workspace, emails)
        return access.plan_iam_users(self._workspace, people, second_door=True)

    def identity_center(self, emails: Sequence[str], hours: int) -> Plan:
        """See `commands.access.plan_identity_center`."""
        people = kept_among(self._workspace, emails)
        return access.plan_identity_center(self._workspace, people, hours=hours, second_door=True)

    def not_listed(self, emails: Sequence[str]) -> int:
        """Count those who are on no list of participants; nobody gives them access."""
        return len(emails) - len(kept_among(self._workspace, emails))

    def sign_in_address(self) -> str:
        """Return where the event's participants sign in; empty where that was not said."""
        return clean(read_event(self._workspace).console_address)

    def offboarding(self, selection: Selection) -> Plan:
        """See `commands.access.plan_offboarding`."""
        return access.plan_offboarding(self._workspace, selection, second_door=True)

    def open_sign_ins(self, selection: Selection) -> Plan:
        """See `commands.inviting.plan_open_sign_ins`."""
        return inviting.plan_open_sign_ins(self._workspace, selection, second_door=True)

    # Removal

    def removal(self, removal: Removal, emails: Sequence[str], selection: Selection) -> Plan:
        """See `commands.access.plan_removal` and `plan_profile_removal`."""
        if removal is Removal.PROFILES:
            return access.plan_profile_removal(self._workspace, selection)
        kept = {fold(one.email): one for one in kept_among(self._workspace, emails)}
        # Who was taken off the list may still have what was given before.
        people = [kept.get(fold(one)) or Participant(one, "", None, 0) for one in emails]
        return access.plan_removal(self._workspace, removal, people, second_door=True)

    def to_be_typed(self, plan: Plan) -> str:
        """Return what is typed to confirm a removal."""
        return f"{access.to_be_typed(plan):,}"

    def consequences(self, removal: Removal) -> str:
        """Return what there is to know before a removal is confirmed."""
        of_profiles = removal is Removal.PROFILES
        return help_desk.USER_CONSEQUENCES if of_profiles else access.OWN_PROVIDER

    def removals(
        self, emails: Sequence[str], selection: Selection, no_door: str
    ) -> list[RemovalChoice]:
        """Return what can be removed, and how many each would concern.

        Args:
            emails: Of the participants that are meant.
            selection: Those of them who have a profile.
            no_door: Why nothing can be done by the sponsor's AWS account; empty where it can.
        """
        users = len(passwords.with_user(self._workspace, emails))
        return [
            self._choice(Removal.MEMBERSHIPS, emails, selection, no_door),
            self._choice(Removal.IAM_USERS, emails, selection, no_door, users),
            self._choice(Removal.PROFILES, emails, selection, ""),
        ]

    def _choice(
        self,
        removal: Removal,
        emails: Sequence[str],
        selection: Selection,
        refusal: str,
        users: int | None = None,
    ) -> RemovalChoice:
        if removal is Removal.PROFILES and not selection.keys:
            refusal = "none of them has a profile"
        if refusal:
            return RemovalChoice(removal, 0, refusal)
        try:
            plan = self.removal(removal, emails, selection)
        except ProblemError as problem:
            told = str(problem).rstrip(".")
            return RemovalChoice(removal, 0, f"{told[:1].lower()}{told[1:]}")
        number = plan.count(Outcome.CHANGE)
        if number:
            return RemovalChoice(removal, number, known=users)
        reasons = " · ".join(reason for reason, _ in plan.reasons(Outcome.LEFT_OUT) if reason)
        return RemovalChoice(removal, 0, reasons or "there is nobody to do this for")

    # Passwords

    def without_password(self, *, coming: bool = False) -> list[str]:
        """See `commands.passwords.not_told`."""
        return passwords.not_told(self._workspace, coming=coming)

    def with_user(self, emails: Sequence[str]) -> list[str]:
        """See `commands.passwords.with_user`."""
        return passwords.with_user(self._workspace, emails)

    def check_path(self, texts: PasswordTexts) -> None:
        """See that a file can be made where passwords are to go; nothing is asked of AWS.

        Raises:
            InvalidInputError: It cannot, or there is no path.
        """
        if texts.where is Where.HERE:
            return
        if not texts.path.strip():
            raise InvalidInputError("Type the path of a new file.")
        check_new(typed_file(texts.path))

    def hand_over(
        self,
        services: SponsorServices,
        emails: Sequence[str],
        texts: PasswordTexts,
        *,
        anew: bool,
        go_on: Callable[[int], bool],
    ) -> Handed:
        """Make passwords, and write them where they are to go; it takes its time.

        Those that are to be shown, or could not be written, count as handed over only with
        `handed_over`.

        Raises:
            InvalidInputError: The invitations lack what belongs to the event, or the file cannot
                be made or has no room; none was made.
            SponsorError: None could be made.
        """
        workspace = self._workspace
        give = partial(passwords.give_passwords, workspace, services, anew=anew, go_on=go_on)
        if texts.where is Where.HERE:
            return Handed(give(emails))
        path = typed_file(texts.path)
        if texts.where is not Where.INVITATIONS:
            return handing_over.into_csv(workspace, give, emails, path)
        mailing = handing_over.invitations_with_passwords(workspace, services)
        found = handing_over.recipients(workspace, mailing, emails)
        if of_event := missing_of_event(found.missing):
            raise InvalidInputError(event_lacks(of_event))
        handed = handing_over.into_invitations(workspace, give, mailing, found, path)
        lacking = {one.email: str(one) for one in found.missing if one.email is not None}
        made = Handover(handed.made.given, {**handed.made.refused, **lacking})
        return replace(handed, made=made)

    def save_passwords(self, given: Sequence[GivenPassword], path: str) -> str:
        """Write passwords to a new CSV that only its owner can read, and so hand them over.

        Returns:
            Where, safe to show.

        Raises:
            InvalidInputError: It is no path, or no file can be made there; see
                `commands.handing_over.write_csv`.
        """
        target = typed_file(path)
        with reserved(target, handing_over.room_in_csv([one.email for one in given])) as file:
            handing_over.write_csv(self._workspace, file, tuple(given))
        return clean(str(target))

    def handed_over(self, given: Sequence[GivenPassword]) -> None:
        """See `commands.passwords.handed_over`."""
        passwords.handed_over(self._workspace, given)
