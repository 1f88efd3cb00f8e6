"""What LLM costs, as ratios to the least that the same job can cost."""
