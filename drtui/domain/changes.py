"""The kinds of record whose change readers are told about."""

from enum import StrEnum


class RecordKind(StrEnum):
    """A kind of record with a change counter of its own in the store."""

    SPONSORED_USER = "sponsored_user"
    OPERATION = "operation"
    ACCOUNT_SETTING = "account_setting"
    SYNC_STATE = "sync_state"
    MODEL = "model"
    INTEREST = "interest"
    PREFERENCE = "preference"
    PARTICIPANT = "participant"
    RACE = "race"
    JOURNAL = "journal"
