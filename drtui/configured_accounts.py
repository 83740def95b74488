"""The accounts of the configuration, as the console's switcher and the first run see them."""

from collections.abc import Sequence

from drtui import accounts
from drtui.config import Account, Credentials, Paths, load_settings
from drtui.screens.account_book import Finding, NewAccount, NewSite


class ConfiguredAccounts:
    """Reads the configuration anew each time, since commands change it beside the console.

    Attributes:
        next: The account to open when the console is closed; empty when there is none.
    """

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        self.next = ""

    def accounts(self) -> Sequence[Account]:
        """Return the accounts, the default one first."""
        settings = load_settings(self._paths)
        default = settings.default_account
        return sorted(settings.accounts.values(), key=lambda one: one.name != default)

    def find(self, wanted: NewAccount) -> Finding:
        """Look for a deployment; imports the client."""
        settings = load_settings(self._paths)
        accounts.check_new_name(settings.accounts, wanted.name)
        from drtui.bootstrap import discover_site, discover_stack
        from drtui.former_stores import about_former_store

        if isinstance(wanted, NewSite):
            found = discover_site(wanted.address, settings)
            profile = region = stack = ""
        else:
            profile, region, stack = wanted.profile, wanted.region, wanted.stack
            found = discover_stack(stack, settings, profile=profile or None, region=region or None)
        site = found.site
        account = Account(
            wanted.name,
            site.api_url,
            site.region,
            Credentials.SIGN_IN,
            site,
            aws_profile=profile,
            aws_region=region,
            stack=stack,
        )
        former = about_former_store(self._paths, settings.accounts, account)
        return Finding(account, " ".join(filter(None, (found.notice, former))))

    def keep(self, account: Account) -> None:
        """Write an account into the configuration."""
        accounts.add(self._paths, account)

    def go_to(self, name: str) -> None:
        """Have an account opened once this console is closed."""
        self.next = name
