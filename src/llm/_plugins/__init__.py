"""What is installed beside LLM: found by a scan, known from a manifest, loaded where it can break nothing."""
