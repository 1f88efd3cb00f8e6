"""The option that every model over HTTP takes."""

from .._domain.option import Option

EXTRA_BODY = Option("extra_body", dict, "A JSON object of further fields for the request, sent as they are.")
