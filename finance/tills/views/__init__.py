"""The drawer at the counter and in the county."""
