"""Settings: `production` is the strict default, `local` the demonstration, `test` the test run."""
