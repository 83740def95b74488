"""Problems that are told to the admin in one sentence: what is wrong and what to do."""


class ProblemError(Exception):
    """Something drtui cannot go on with; the message is one sentence for the admin."""


class InvalidInputError(ProblemError):
    """What the admin typed cannot be meant."""


class NotAllowedError(ProblemError):
    """Not signed in, or the role or a firewall does not allow it."""


class StoreProblemError(ProblemError):
    """The store cannot be opened, read or written."""


class DamagedStoreError(StoreProblemError):
    """What was to be read or written is on a damaged page of the store."""


class UnwritableStoreError(StoreProblemError):
    """The store cannot be written now; what is in it may be readable all the same."""


class FullDiskError(UnwritableStoreError):
    """The store is on a disk that has no room."""


class PlanOutdatedError(ProblemError):
    """A plan was made on values that another operation has changed since."""


class LocalFileError(ProblemError):
    """A file of this machine cannot be read or written: a full disk, a folder that is gone.

    What was written before stays, so that it can go on once the cause is removed. It is taken to be
    true of all files of the same operation, unless it is a `OneFileError`.
    """


class OneFileError(LocalFileError):
    """One file alone cannot be used, whatever becomes of the others beside it."""
