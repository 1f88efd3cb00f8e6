"""The values: what is asked, what arrives and what is kept. They are frozen, and wait for nothing."""
