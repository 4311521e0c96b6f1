"""The outside world: instructions committed before the call, answers, callbacks, daily files."""
