"""External providers: instructions committed before the call, answers, callbacks, daily files."""
