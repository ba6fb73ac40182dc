"""The one family of errors: each says what is wrong, where, and what to do."""

from __future__ import annotations


class RccError(Exception):
    """Anything the program refuses.

    `code` is a short stable word for scripts, `message` says what is wrong, `where` names the field,
    file or row, `hint` says what to do next. `exit_code` follows the contract: 1 refused, 2 usage,
    3 integrity.
    """

    exit_code = 1
    default_code = "refused"

    def __init__(self, message: str, *, where: str = "", hint: str = "", code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint
        self.code = code or self.default_code

    def __str__(self) -> str:
        return " ".join(
            part for part in (self.message, f"({self.where})" if self.where else "", self.hint) if part
        )


class Refused(RccError):
    """The data breaks a rule; nothing was changed."""


class NotFound(Refused):
    """No record of that id here."""

    default_code = "not-found"


class UsageError(RccError):
    """The words of the command are off."""

    exit_code = 2
    default_code = "usage"


class IntegrityError(RccError):
    """A signature, a chain or a digest does not hold."""

    exit_code = 3
    default_code = "integrity"


class BundleError(IntegrityError):
    """A bundle that cannot be believed. Only this family leaves the import code."""

    default_code = "bundle"


class StoreError(RccError):
    """The store cannot be opened or written: missing, newer, full, no permission."""

    default_code = "store"
