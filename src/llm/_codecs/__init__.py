"""Wire formats as pure functions: a prompt to a request, a reply to events."""
