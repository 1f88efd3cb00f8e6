"""Everything that waits: HTTP, sleeping, threads, and the protocol that the engine is written over."""
