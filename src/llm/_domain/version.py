"""The version, where the build and `llm --version` read it without importing anything else."""

__version__ = "1.0.0"
