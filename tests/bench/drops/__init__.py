"""What arrives at clients whose network comes and goes: ``make bench-drops``."""
