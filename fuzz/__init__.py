"""Inputs that nobody would write, found by atheris (libFuzzer): ``make fuzz``. What breaks becomes a small test."""
