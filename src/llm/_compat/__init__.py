"""Models written for the older contract, made models like any other: importing this fills the slot in `_api.older`."""

from .._api.older import fill
from .adapter import adapt

fill(adapt)
