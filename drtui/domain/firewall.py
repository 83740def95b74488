"""The firewall in front of a deployment: which rules can block drtui, and what a sponsor can add.

The rules are those of DeepRacer API facts ("real limits"): AWS WAF with Bot Control, the list of
anonymous addresses, and a rate of calls whose path contains `/admin/`. The exceptions are written
as AWS WAF's API writes them. drtui says what it is: it never passes itself off as a browser.
"""

import json
from dataclasses import dataclass
from textwrap import fill, indent
from typing import Final

BOT_CONTROL: Final = "AWSManagedRulesBotControlRuleSet"
ANONYMOUS_ADDRESSES: Final = "AWSManagedRulesAnonymousIpList"
ADDRESSES: Final = "arn:aws:wafv2:REGION:ACCOUNT:regional/ipset/NAME/ID"
"""Stands in the exceptions where the sponsor has to put an IP set of the admins' addresses."""

_OWN_AGENT: Final = "drtui/"
_LONGEST_SEARCH: Final = 200  # bytes that a byte match statement of AWS WAF can look for
_WIDTH: Final = 80

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class FirewallRule:
    """A rule that can block drtui.

    Attributes:
        name: As AWS WAF calls it, and names it as what ended a request; a rule of the
            deployment's own is described.
        group: The managed rule group that it belongs to; empty for the deployment's own.
        label: What AWS WAF puts on a request that matches; empty where it puts nothing.
        looks_at: What it goes by.
        sign: How one can tell from here that it is this one.
    """

    name: str
    group: str
    label: str
    looks_at: str
    sign: str


RULES: Final = (
    FirewallRule(
        "SignalNonBrowserUserAgent",
        BOT_CONTROL,
        "awswaf:managed:aws:bot-control:signal:non_browser_user_agent",
        "a user agent that is no browser's",
        "every call is blocked, from whatever network",
    ),
    FirewallRule(
        "CategoryHttpLibrary",
        BOT_CONTROL,
        "awswaf:managed:aws:bot-control:bot:category:http_library",
        "a user agent that names a library for HTTP",
        "every call is blocked, from whatever network",
    ),
    FirewallRule(
        "HostingProviderIPList",
        ANONYMOUS_ADDRESSES,
        "awswaf:managed:aws:anonymous-ip-list:HostingProviderIPList",
        "an address of a hosting or cloud provider",
        "every call from a cloud host or behind a VPN is blocked, and none from the venue",
    ),
    FirewallRule(
        "the deployment's rate rule",
        "",
        "",
        "more than 100 calls from one address in 5 minutes whose path contains /admin/",
        "it begins while models are listed or deleted, and ends by itself within minutes",
    ),
)
"""What can block drtui, the most likely first."""


def agent_match(user_agent: str) -> Json:
    """Return the statement that is true for calls with this user agent.

    drtui's own is matched up to its version, any other as a whole: what it begins with may be
    what every browser's begins with.
    """
    if user_agent.startswith(_OWN_AGENT):
        how, text = "STARTS_WITH", _OWN_AGENT
    elif len(user_agent) > _LONGEST_SEARCH:
        how, text = "STARTS_WITH", user_agent[:_LONGEST_SEARCH]
    else:
        how, text = "EXACTLY", user_agent
    return {
        "ByteMatchStatement": {
            "FieldToMatch": {"SingleHeader": {"Name": "user-agent"}},
            "PositionalConstraint": how,
            "SearchString": text,
            "TextTransformations": [{"Priority": 0, "Type": "NONE"}],
        }
    }


def exceptions(user_agent: str) -> tuple[Json, Json]:
    """Return the two rule groups' statements that leave drtui alone, and all others as before.

    Args:
        user_agent: What calls say they come from.
    """
    return (
        _group(BOT_CONTROL, ScopeDownStatement=_but_for(agent_match(user_agent))),
        _group(
            ANONYMOUS_ADDRESSES,
            ScopeDownStatement=_but_for({"IPSetReferenceStatement": {"ARN": ADDRESSES}}),
        ),
    )


def overrides() -> tuple[Json, ...]:
    """Return the two rule groups' statements that let the rules count only, for everybody."""
    return tuple(
        _group(
            group,
            RuleActionOverrides=[
                {"Name": rule.name, "ActionToUse": {"Count": {}}}
                for rule in RULES
                if rule.group == group
            ],
        )
        for group in (BOT_CONTROL, ANONYMOUS_ADDRESSES)
    )


def _group(name: str, **members: object) -> Json:
    configs: Json = {}
    if name == BOT_CONTROL:
        level = {BOT_CONTROL: {"InspectionLevel": "COMMON"}}
        configs = {"ManagedRuleGroupConfigs": [level]}
    statement = {"VendorName": "AWS", "Name": name, **configs, **members}
    return {"ManagedRuleGroupStatement": statement}


def _but_for(statement: Json) -> Json:
    return {"NotStatement": {"Statement": statement}}


def as_text(statement: Json) -> str:
    """Return a statement as text to copy."""
    return json.dumps(statement, indent=2)


def firewall_advice(user_agent: str) -> str:
    """Return what a block can be and what helps, as lines for a terminal of 80 columns.

    Args:
        user_agent: What calls say they come from.
    """
    by_agent, by_address = map(as_text, exceptions(user_agent))
    counting = "\n\n".join(as_text(one) for one in overrides())
    return "\n\n".join(
        [
            _said(
                "A firewall (AWS WAF) in front of the deployment can block drtui: an answer 403 "
                "without an error type of the API's own. Nothing fails then: what is to be "
                "delivered waits, and goes on by itself when the block has ended."
            ),
            "Which rule it can be",
            "\n".join(map(_told, RULES)),
            _said(
                "The sponsor can see which: in the AWS console, under WAF & Shield, open the web "
                "ACL that the deployment's API is associated with, and look at its sampled "
                "requests or its log. A blocked request names the rule."
            ),
            "What the sponsor can add",
            _said(
                "In that web ACL, edit the rule that holds the managed rule group. What follows is "
                "its statement as AWS WAF's JSON; keep what yours says beside it. The console's "
                "form has the same, as a scope-down statement and as overrides of rule actions."
            ),
            _said(
                "1. For Bot Control, an exception for the user agent of drtui. Anybody can send "
                "it, but the deployment still takes signed calls only:"
            ),
            indent(by_agent, "  "),
            _said(
                "2. For the list of anonymous addresses, an exception for the admins' addresses; "
                "make an IP set of them first, in the same region, and put its ARN in:"
            ),
            indent(by_address, "  "),
            _said("Or, instead of these two, let the rules only count, for everybody:"),
            indent(counting, "  "),
            _said(
                "With AWS CLI version 2, give --cli-binary-format raw-in-base64-out: it takes a "
                "SearchString for base64 otherwise. An update of the deployment's stack can take "
                "the change back: look again after one."
            ),
            _said(
                "The rate needs no exception: drtui stays below it by itself (the setting "
                "sync.admin_calls). The firewall counts by address, so that all hosts and "
                "browsers behind one address share the 100 calls: give each host its part."
            ),
            _said(
                f"Calls say that they come from “{user_agent}”. That is the setting "
                "client.user_agent; drtui does not pretend to be a browser."
            ),
        ]
    )


def _said(text: str) -> str:
    return fill(text, _WIDTH, break_long_words=False, break_on_hyphens=False)


def _told(rule: FirewallRule) -> str:
    of = f" ({rule.group})" if rule.group else ""
    return fill(
        f"{rule.name}{of}: {rule.looks_at}. One sign of it: {rule.sign}.",
        _WIDTH,
        initial_indent="- ",
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
