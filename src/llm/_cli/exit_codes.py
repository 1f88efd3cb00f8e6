"""
The exit codes of `llm`, in one table.

A script can tell apart what failed: whether to correct its call, to configure something, or to try again later.
"""

from __future__ import annotations

from ..errors import (
    AuthenticationError,
    BudgetError,
    HistoryError,
    LLMError,
    ModelError,
    NeedsKeyException,
    NetworkError,
    NoModelError,
    RateLimitError,
    RequestError,
    SchemaViolation,
    UnknownModelError,
)

OK = 0
FAILURE = 1
USAGE = 2
NO_MODEL = 3
AUTHENTICATION = 4
RATE_LIMIT = 5
BUDGET = 6
PROVIDER = 7
NETWORK = 8
TRUNCATED = 9
SCHEMA = 10
HISTORY = 11
HUNG_UP = 129
CANCELLED = 130
CLOSED_PIPE = 141
TERMINATED = 143

MEANINGS: dict[int, str] = {
    OK: "The command did what was asked.",
    FAILURE: "Something failed that has no code of its own; a plugin's command may have failed.",
    USAGE: "The call cannot be carried out: an unknown option, a value out of range, a file that cannot be read.",
    NO_MODEL: "No model is configured, or there is no model of that name.",
    AUTHENTICATION: "A key is missing, or the provider did not accept it.",
    RATE_LIMIT: "The provider was asked too often, or the quota is spent; try again later.",
    BUDGET: "The request might cost more than a limit leaves, or its price is unknown; it was not sent.",
    PROVIDER: "The provider refused, failed, or sent what is no answer.",
    NETWORK: "The provider could not be reached, or fell silent (timeouts included).",
    TRUNCATED: "The answer was cut at the token limit; what there is of it was printed.",
    SCHEMA: "The answer does not fit the schema that was asked for; it was printed as it came.",
    HISTORY: "The history could not be read.",
    HUNG_UP: "The terminal was closed (SIGHUP); what had arrived was printed and kept.",
    CANCELLED: "The user pressed Ctrl-C; what had arrived was printed and kept.",
    CLOSED_PIPE: "Whoever read the output stopped reading, as in `llm ... | head -1`.",
    TERMINATED: "The command was told to end (SIGTERM); what had arrived was printed and kept.",
}

# The first class that an error is an instance of counts.
_OF_ERRORS: tuple[tuple[type[LLMError], int], ...] = (
    (NoModelError, NO_MODEL),
    (UnknownModelError, NO_MODEL),
    (NeedsKeyException, AUTHENTICATION),
    (BudgetError, BUDGET),
    (RequestError, USAGE),
    (AuthenticationError, AUTHENTICATION),
    (RateLimitError, RATE_LIMIT),
    (NetworkError, NETWORK),
    (SchemaViolation, SCHEMA),
    (HistoryError, HISTORY),
    (ModelError, PROVIDER),
)


def code_of(error: LLMError) -> int:
    """The exit code for an error."""
    return next((code for kind, code in _OF_ERRORS if isinstance(error, kind)), FAILURE)
