"""What the guard costs, as ratios taken within one run. `python -m benchmarks --help`."""
