"""What the worker costs: requests, time, memory and disk, each beside its target. Run `python -m benchmarks`."""
